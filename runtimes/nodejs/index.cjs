// Starts a Node.js function: what an execution environment of a nodejsXX.x runtime runs first. All of the client is
// CommonJS: as ES modules it took a cold start 12 ms more, a third of the whole.

'use strict';

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const LIB = path.join(__dirname, 'lib');

/** The client as compile.cjs has compiled it for this very V8, 2 ms quicker than its files; those where there is none. */
function client() {
  try {
    const bytes = fs.readFileSync(path.join(__dirname, '__v8cache__', process.versions.v8));
    const end = 4 + bytes.readUInt32LE(0);
    const script = new vm.Script(bytes.latin1Slice(4, end), {
      filename: '/var/runtime/client.cjs',
      cachedData: bytes.subarray(end),
    });
    return script.runInThisContext()(require, LIB);
  } catch {
    return { ...require('./lib/console.cjs'), ...require('./lib/loop.cjs') };
  }
}

const { patchConsole, start } = client();

// As on AWS, whose client is an ES module: no file of a function is the main one, nor is any of ours, and what has been
// required is the function's own.
delete process.mainModule;
for (const file of Object.keys(require.cache)) {
  if (file === __filename || path.dirname(file) === LIB) {
    delete require.cache[file];
  }
}
start(process.env, patchConsole());
