// For those of the client's files that are not needed at once: a function finds none of them among what has been required.

'use strict';

const nodeModule = require('node:module');
const path = require('node:path');

/** What a file of this folder exports. */
function unlisted(name) {
  const exports = require('./' + name);
  const cache = nodeModule._cache; // the one that everybody's require.cache is
  for (const file of Object.keys(cache)) {
    if (path.dirname(file) === __dirname) {
      delete cache[file]; // it, and what it needs
    }
  }
  return exports;
}

module.exports = { unlisted };
