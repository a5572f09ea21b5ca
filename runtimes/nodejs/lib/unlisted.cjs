// For those of the client's files that are not needed at once: a function finds none of them among what has been required.

'use strict';

const nodeModule = require('node:module');
const path = require('node:path');

/** What a file of this folder exports. */
function unlisted(name) {
  const exports = require('./' + name);
  delete nodeModule._cache[path.join(__dirname, name)]; // the one that everybody's require.cache is
  return exports;
}

module.exports = { unlisted };
