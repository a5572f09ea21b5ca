// How a failure looks to the caller and in the log, in AWS's shapes.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html

'use strict';

const util = require('node:util');

/** The runtime's own complaint about a function: `name` is AWS's type for it. */
class Fault extends Error {
  constructor(type, message) {
    super(message);
    this.name = `Runtime.${type}`;
    this.stack = `${this.name}: ${message}${this.stack.slice(this.stack.indexOf('\n    at '))}`;
  }
}

/** What was thrown, as the members that AWS answers, in AWS's order. */
function report(error) {
  try {
    if (util.types.isNativeError(error) || looksLikeError(error)) {
      return {
        errorType: printable(error.name),
        errorMessage: printable(error.message),
        trace: printable(error.stack).split('\n'),
      };
    }
    return { errorType: typeof error, errorMessage: error.toString(), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its ' +
        'message, name, and stack',
    };
  }
}

/** What was thrown, as one line of JSON for the text log; like AWS's, after a tab. */
function formatted(error) {
  try {
    return '\t' + JSON.stringify(error, (_, value) => withMembers(value));
  } catch {
    return '\t' + JSON.stringify(report(error));
  }
}

function intoError(thrown) {
  return thrown instanceof Error ? thrown : new Error(thrown);
}

/** A promise that was rejected and had no handler. */
function unhandledRejection(reason, promise) {
  const error = new Fault('UnhandledPromiseRejection', String(reason));
  error.reason = reason;
  error.promise = promise;
  return error;
}

/** The event loop is empty, and the handler's promise still not settled: now it never will be. */
function neverSettled() {
  return new Fault(
    'NodeJsExit',
    'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise ' +
      'that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes',
  );
}

function withMembers(value) {
  if (!(value instanceof Error)) {
    return value;
  }
  const members = Object.assign({ errorType: value.name, errorMessage: value.message, code: value.code }, value);
  delete members.name;
  if (typeof value.stack === 'string') {
    members.stack = value.stack.split('\n');
  }
  return members;
}

function looksLikeError(error) {
  return [error?.name, error?.message, error?.stack].every((member) => typeof member === 'string' && member !== '');
}

/** Text as a header may have it. */
function headerValue(text) {
  return String(text).replace(/[^\x20-\x7e]/g, '?');
}

function printable(text) {
  return text?.replace(/\x7F/g, '%7F');
}

module.exports = { Fault, report, formatted, intoError, headerValue, unhandledRejection, neverSettled };
