// For those of the client's files that are not needed at once: a function finds none of them among what has been required.

'use strict';

const nodeModule = require('node:module');
const path = require('node:path');

/** What a file of this folder exports. */
function unlisted(name) {
  const file = path.join(__dirname, name);
  const clientsRequire = nodeModule.createRequire(file);
  const exports = clientsRequire(file);
  delete clientsRequire.cache[file];
  return exports;
}

module.exports = { unlisted };
