// One invocation in the way of Node.js up to 22: a handler may answer by its promise, by its callback or by the
// context's done, succeed and fail; a callback's answer waits until the event loop is empty, unless the handler sets
// callbackWaitsForEmptyEventLoop to false.

'use strict';

const { contextMembers } = require('./context.cjs');
const { neverSettled, report } = require('./errors.cjs');

/** Makes a class that extends it add its private fields to an object that is there already. */
function Given(object) {
  return object;
}

/**
 * An object with a callbackWaitsForEmptyEventLoop of its own, as on AWS. All of them share one pair of functions: with
 * functions of its own each invocation's context had a hidden class of its own, which took V8 a quarter of a trivial
 * invocation, and some 25 MB. Where somebody has wrapped the context, the last one is meant.
 */
class Waiting extends Given {
  static #last;
  static #property = {
    get() {
      return Waiting.of(this);
    },
    set(value) {
      Waiting.#meant(this).#waits = value;
    },
    enumerable: true,
    configurable: true,
  };

  #waits = true;

  constructor(object) {
    super(object);
    Waiting.#last = this;
    Object.defineProperty(this, 'callbackWaitsForEmptyEventLoop', Waiting.#property);
  }

  static of(object) {
    return Waiting.#meant(object).#waits;
  }

  static #meant(object) {
    return #waits in Object(object) ? object : Waiting.#last;
  }
}

/** Runs handlers that may use callbacks. Its name is the one that users know from AWS's stack traces. */
class Runtime {
  #api;
  #handler;
  #logError;
  #whenEmpty = () => {};

  constructor(api, handler, logError) {
    this.#api = api;
    this.#handler = handler;
    this.#logError = logError;
    process.on('beforeExit', () => this.#whenEmpty());
  }

  /** Resolves when the answer has been given. */
  invoke(invocation) {
    return new Promise((resolve) => {
      const requestId = invocation.headers['lambda-runtime-aws-request-id'];
      let finished = false;

      const once = (answer) => {
        if (!finished) {
          answer();
          finished = true;
        }
      };
      const answer = (result) => {
        const body = serialized(result);
        this.#whenEmpty = () => {};
        this.#api.respond(requestId, body).then(resolve);
      };
      const answerError = (error) => {
        this.#whenEmpty = () => {};
        this.#logError('Invoke Error', error);
        this.#api.fail(requestId, report(error)).then(resolve);
      };
      const done = (error, result) => once(() => (isNothing(error) ? answer(result) : answerError(error)));
      const fail = (error) => once(() => answerError(isNothing(error) ? 'handled' : error));
      const callback = (error, result) =>
        once(() => {
          if (!isNothing(error)) {
            answerError(error);
          } else if (Waiting.of(context)) {
            this.#whenEmpty = () => setImmediate(() => attempt(() => answer(result), answerError));
          } else {
            answer(result);
          }
        });

      const context = new Waiting({});
      Object.assign(context, { succeed: (result) => done(null, result), fail, done });
      // Neither promise nor callback, and nothing left to wait for: AWS answers null, unless the handler is declared
      // async.
      this.#whenEmpty = () => (isAsync(this.#handler) ? fail(neverSettled()) : done(null, null));
      attempt(() => {
        Object.assign(context, contextMembers(invocation.headers));
        const result = this.#handler(JSON.parse(invocation.body), context, callback);
        if (typeof result?.then === 'function') {
          result.then(context.succeed, fail).catch(fail);
        }
      }, callback);
    });
  }
}

function attempt(action, onError) {
  try {
    action();
  } catch (e) {
    onError(e);
  }
}

function isAsync(handler) {
  return handler.constructor?.name === 'AsyncFunction';
}

function isNothing(value) {
  return value === undefined || value === null;
}

function serialized(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

module.exports = { Runtime, Waiting };
