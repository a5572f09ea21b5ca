// Starts a Node.js function: what an execution environment of a nodejsXX.x runtime runs first.

import { patchConsole } from './lib/console.mjs';
import { start } from './lib/loop.mjs';

const logError = patchConsole();
await start(process.env, logError);
