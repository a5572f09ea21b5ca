// Starts a Node.js function: what an execution environment of a nodejsXX.x runtime runs first. All of the client is
// CommonJS: as ES modules it took a cold start 12 ms more, a third of the whole.

'use strict';

const { patchConsole } = require('./lib/console.cjs');
const { start } = require('./lib/loop.cjs');

// As on AWS, whose client is an ES module: no file of a function is the main one, nor is any of ours.
delete process.mainModule;
start(process.env, patchConsole());
