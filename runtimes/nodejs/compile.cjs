// Compiles the client for the V8 that runs this: what index.cjs begins with. The server runs it when it looks for
// interpreters. Writes one file, `__v8cache__/` and V8's version: the length of a script (4 bytes, little-endian), the
// script, and the code that V8 has made of it. V8 refuses code of another build or with other flags, and compiles.

'use strict';

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const LIB = path.join(__dirname, 'lib');
const FOLDER = path.join(__dirname, '__v8cache__');
// Of no use to most functions, or to be found as a file.
const LEFT_OUT = ['es_module.cjs', 'node_path.cjs'];

/** A function of `require` and the folder of the client's files, which gives what index.cjs needs. */
function script() {
  const modules = fs
    .readdirSync(LIB)
    .filter((name) => name.endsWith('.cjs') && !LEFT_OUT.includes(name))
    .map((name) => {
      const source = fs.readFileSync(path.join(LIB, name), 'utf8');
      if (/[^\x00-\x7f]/.test(source)) {
        throw new Error(`${name}: index.cjs reads a byte a character`);
      }
      return `'./${name}': (module, require, __dirname, __filename) => {
${source}
}`;
    });
  return `(require, folder) => {
const modules = {
${modules.join(',\n')}
};
const loaded = {};
const load = (name) => {
  if (!(name in modules)) {
    return require(name.startsWith('./') ? folder + name.slice(1) : name);
  }
  if (!(name in loaded)) {
    loaded[name] = { exports: {} };
    modules[name](loaded[name], load, folder, folder + name.slice(1));
  }
  return loaded[name].exports;
};
return { ...load('./console.cjs'), ...load('./loop.cjs') };
}`;
}

function compile() {
  const file = path.join(FOLDER, process.versions.v8);
  fs.rmSync(file, { force: true }); // of files that have changed, whatever comes of these
  const source = script();
  // Called as it is where functions are: the name stays in what V8 has made, and stack traces would tell of this folder.
  const compiled = new vm.Script(source, { filename: '/var/runtime/client.cjs' });
  compiled.runInThisContext()(require, LIB);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(source.length);
  fs.mkdirSync(FOLDER, { recursive: true });
  const fresh = `${file}.${process.pid}`;
  fs.writeFileSync(fresh, Buffer.concat([length, Buffer.from(source, 'latin1'), compiled.createCachedData()]));
  fs.chmodSync(fresh, 0o644);
  fs.renameSync(fresh, file);
}

compile();
