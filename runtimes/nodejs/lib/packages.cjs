// Lets ES modules find packages in the folders of NODE_PATH, as AWS's Node.js does and a plain one does not.
// https://aws.amazon.com/blogs/compute/node-js-18-x-runtime-now-available-in-aws-lambda

'use strict';

const fs = require('node:fs');
const nodeModule = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { unlisted } = require('./unlisted.cjs');

const IMPORTED = /\b(?:from|import)\s*\(?\s*(['"])((?:(?!\1).){1,200})\1/g;
const COMPUTED = /\bimport\s*\(\s*[^'"\s)]/;
const WHILE_IT_RUNS = /\bimport\s*\(\s*(?:(['"])((?:(?!\1).){1,200})\1)?/g;
const MOST_FILES = 50;
const MOST_BYTES = 4 << 20;

/**
 * Called before the function's module is loaded. Where hooks need a thread of their own (before Node.js 22.15), which
 * takes as long as half a cold start, it is made only for functions that may import such a package: an ES module is
 * looked through before, CommonJS file by file as it is loaded.
 */
function offerNodePath(file, isModule) {
  if (!(process.env.NODE_PATH ?? '').split(path.delimiter).some(holdsPackages)) {
    return;
  }
  if (nodeModule.registerHooks) {
    const { resolveSync } = unlisted('node_path.cjs');
    nodeModule.registerHooks({ resolve: resolveSync });
  } else if (nodeModule.register) {
    if (isModule && importsPackages(file)) {
      register();
    } else {
      registerWhenLoaded();
    }
  }
}

function register() {
  nodeModule.register('./node_path.cjs', pathToFileURL(__filename));
}

/** As soon as a CommonJS file is loaded that may come to a package of NODE_PATH by an import() while it runs. */
function registerWhenLoaded() {
  const compile = nodeModule.prototype._compile;
  let registered = false;
  // Left in place: others may have wrapped it meanwhile.
  nodeModule.prototype._compile = function (source, file, ...more) {
    if (!registered && importsWhileItRuns(source, file, this.paths)) {
      registered = true;
      register();
    }
    return compile.call(this, source, file, ...more);
  };
}

/** Not by what is CommonJS and found without NODE_PATH: that comes here itself when it is loaded. */
function importsWhileItRuns(source, file, folders) {
  for (const [, , specifier] of source.matchAll(WHILE_IT_RUNS)) {
    if (specifier === undefined) {
      return true;
    }
    if (specifier.startsWith('.') || specifier.startsWith('/')) {
      if (importsPackages(path.resolve(path.dirname(file), specifier))) {
        return true;
      }
    } else if (isOfPackage(specifier) && !isPlainCommonJs(specifier, folders)) {
      return true;
    }
  }
  return false;
}

function isPlainCommonJs(specifier, folders) {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const found = folders.map((folder) => path.join(folder, name, 'package.json')).find(fs.existsSync);
  if (found === undefined || specifier.endsWith('.mjs')) {
    return false;
  }
  try {
    const { type, exports, main } = JSON.parse(fs.readFileSync(found, 'utf8'));
    return type !== 'module' && exports === undefined && !main?.endsWith('.mjs');
  } catch {
    return false;
  }
}

function isOfPackage(specifier) {
  return !/^[./#]/.test(specifier) && !specifier.includes(':') && !nodeModule.isBuiltin(specifier);
}

/** Whether something is in a folder of packages: a layer's, the SDK's. */
function holdsPackages(folder) {
  return folder.endsWith('/node_modules') && fs.existsSync(folder) && fs.readdirSync(folder).some(isPackage);
}

/** Not the file that marks the place where nothing is mounted. */
function isPackage(name) {
  return !name.startsWith('.') && name !== 'README.txt';
}

/** Whether an ES module, or a file that it imports by a relative name, imports a package or what cannot be told. */
function importsPackages(file) {
  const files = new Set([file]);
  let bytes = 0;
  for (const each of files) {
    let source;
    try {
      source = fs.readFileSync(each, 'utf8');
    } catch {
      continue;
    }
    bytes += source.length;
    if (bytes > MOST_BYTES || files.size > MOST_FILES) {
      return true;
    }
    if (COMPUTED.test(source)) {
      return true;
    }
    for (const [, , specifier] of source.matchAll(IMPORTED)) {
      if (specifier.startsWith('.') || specifier.startsWith('/')) {
        files.add(path.resolve(path.dirname(each), specifier));
      } else if (isOfPackage(specifier)) {
        return true;
      }
    }
  }
  return false;
}

module.exports = { offerNodePath };
