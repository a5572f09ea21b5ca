// In a file of its own: a script that was compiled ahead cannot import.

'use strict';

module.exports = { load: (url) => import(url) };
