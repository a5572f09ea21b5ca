// Lets ES modules find packages in the folders of NODE_PATH, as AWS's Node.js does and a plain one does not.
// https://aws.amazon.com/blogs/compute/node-js-18-x-runtime-now-available-in-aws-lambda

import fs from 'node:fs';
import nodeModule from 'node:module';
import path from 'node:path';

const IMPORTED = /\b(?:from|import)\s*\(?\s*(['"])((?:(?!\1).){1,200})\1/g;
const COMPUTED = /\bimport\s*\(\s*[^'"\s)]/;
const MOST_FILES = 50;
const MOST_BYTES = 4 << 20;

/**
 * Called before the function's module is loaded. Where hooks need a thread of their own (before Node.js 22.15), which
 * takes as long as half a cold start, it is made only for functions that may import such a package.
 */
export async function offerNodePath(file, isModule) {
  if (!(process.env.NODE_PATH ?? '').split(path.delimiter).some(holdsPackages)) {
    return;
  }
  if (nodeModule.registerHooks) {
    const { resolveSync } = await import('./node_path.mjs');
    nodeModule.registerHooks({ resolve: resolveSync });
  } else if (nodeModule.register && importsPackages(file, isModule)) {
    nodeModule.register('./node_path.mjs', import.meta.url);
  }
}

/** Whether something is in a folder of packages: a layer's, the SDK's. */
function holdsPackages(folder) {
  return folder.endsWith('/node_modules') && fs.existsSync(folder) && fs.readdirSync(folder).some(isPackage);
}

/** Not the file that marks the place where nothing is mounted. */
function isPackage(name) {
  return !name.startsWith('.') && name !== 'README.txt';
}

/** Whether the file, or one that it imports by a relative name, imports a package or what cannot be told. */
function importsPackages(file, isModule) {
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
    if (!isModule && !source.includes('import(')) {
      return false;
    }
    if (COMPUTED.test(source)) {
      return true;
    }
    for (const [, , specifier] of source.matchAll(IMPORTED)) {
      if (specifier.startsWith('.') || specifier.startsWith('/')) {
        files.add(path.resolve(path.dirname(each), specifier));
      } else if (!nodeModule.isBuiltin(specifier) && !specifier.includes(':')) {
        return true;
      }
    }
  }
  return false;
}
