// Module hooks: a package that is not found in the usual places is looked for in the folders of NODE_PATH.
// https://nodejs.org/api/module.html#resolvespecifier-context-nextresolve

'use strict';

const { pathToFileURL } = require('node:url');

const NOT_FOUND = 'ERR_MODULE_NOT_FOUND';
const FOLDER = '/node_modules';

/** On a thread of its own, before Node.js 22.15. */
async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (e) {
    for (const parentURL of elsewhere(specifier, e)) {
      try {
        return await next(specifier, { ...context, parentURL });
      } catch (other) {
        goOn(other);
      }
    }
    throw e;
  }
}

/** In the function's own thread. */
function resolveSync(specifier, context, next) {
  try {
    return next(specifier, context);
  } catch (e) {
    for (const parentURL of elsewhere(specifier, e)) {
      try {
        return next(specifier, { ...context, parentURL });
      } catch (other) {
        goOn(other);
      }
    }
    throw e;
  }
}

/** Modules that stand beside the folders of packages: who imports as one of them finds what is in there. */
function elsewhere(specifier, error) {
  if (error?.code !== NOT_FOUND || /^(\.|\/|#|[a-z]+:)/.test(specifier)) {
    return [];
  }
  return (process.env.NODE_PATH ?? '')
    .split(':')
    .filter((folder) => folder.endsWith(FOLDER))
    .map((folder) => pathToFileURL(folder.slice(0, -FOLDER.length) + '/index.mjs').href);
}

function goOn(error) {
  if (error?.code !== NOT_FOUND) {
    throw error;
  }
}

module.exports = { resolve, resolveSync };
