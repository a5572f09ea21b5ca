// Finds the function that `_HANDLER` names, CommonJS or ESM, in AWS's order.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html

'use strict';

const fs = require('node:fs');
const nodeModule = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { offerStreaming } = require('./awslambda.cjs');
const { Fault } = require('./errors.cjs');
const { offerNodePath } = require('./packages.cjs');
const { unlisted } = require('./unlisted.cjs');

// As if AWS's index.mjs did it: users see that in "Require stack".
const functionsRequire = nodeModule.createRequire(path.join(__dirname, '../index.mjs'));

/** The handler called `folder/module.function`; functions may be nested by dots. */
async function load(taskRoot, name) {
  if (name.includes('..')) {
    throw new Fault(
      'MalformedHandlerName',
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const last = path.basename(name);
  const folder = name.substring(0, name.indexOf(last));
  const match = /^([^.]*)\.(.*)$/.exec(last);
  if (match === null) {
    throw new Fault('MalformedHandlerName', 'Bad handler');
  }
  offerStreaming();
  const module = await loadModule(taskRoot, folder, match[1]);
  const handler = nested(module, match[2]) ?? nested(module?.default, match[2]);
  if (!handler) {
    throw new Fault('HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new Fault('HandlerNotFound', `${name} is not a function`);
  }
  return handler;
}

function nested(module, names) {
  return names.split('.').reduce((object, key) => object?.[key], module);
}

async function loadModule(taskRoot, folder, name) {
  try {
    return await firstOf(path.resolve(taskRoot, folder, name), taskRoot, folder, name);
  } catch (e) {
    if (e instanceof SyntaxError) {
      throw new Fault('UserCodeSyntaxError', String(e));
    }
    if (e?.code === 'MODULE_NOT_FOUND') {
      throw new Fault('ImportModuleError', String(e));
    }
    throw e;
  }
}

async function firstOf(file, taskRoot, folder, name) {
  if (fs.existsSync(file)) {
    return loadScript(file);
  }
  if (fs.existsSync(file + '.js')) {
    return isModule(path.dirname(file)) ? loadEsModule(file + '.js') : loadScript(file + '.js');
  }
  if (fs.existsSync(file + '.mjs')) {
    return loadEsModule(file + '.mjs');
  }
  if (fs.existsSync(file + '.cjs')) {
    return loadScript(file + '.cjs');
  }
  return loadScript(functionsRequire.resolve(name, { paths: [taskRoot, path.join(taskRoot, folder)] }));
}

function loadEsModule(file) {
  const { load } = unlisted('es_module.cjs'); // before the function's own files are looked through
  offerNodePath(file, true);
  return load(pathToFileURL(file).href);
}

function loadScript(file) {
  offerNodePath(file, false);
  return functionsRequire(file);
}

/** Whether the nearest package.json says `"type": "module"`. */
function isModule(folder) {
  if (folder.endsWith('/node_modules')) {
    return false;
  }
  const description = path.join(folder, 'package.json');
  if (fs.existsSync(description)) {
    try {
      return JSON.parse(fs.readFileSync(description, 'utf8'))?.type === 'module';
    } catch (e) {
      console.warn(`${description} cannot be read, it will be ignored for ES module detection purposes.`, e);
      return false;
    }
  }
  return folder !== '/' && isModule(path.dirname(folder));
}

module.exports = { load };
