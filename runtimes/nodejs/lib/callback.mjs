// One invocation in the way of Node.js up to 22: a handler may answer by its promise, by its callback or by the
// context's done, succeed and fail; a callback's answer waits until the event loop is empty, unless the handler sets
// callbackWaitsForEmptyEventLoop to false.

import { contextMembers } from './context.mjs';
import { neverSettled, report } from './errors.mjs';

/** Runs handlers that may use callbacks. Its name is the one that users know from AWS's stack traces. */
export class Runtime {
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
      let waits = true;
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
          } else if (waits) {
            this.#whenEmpty = () => setImmediate(() => attempt(() => answer(result), answerError));
          } else {
            answer(result);
          }
        });

      const context = {
        get callbackWaitsForEmptyEventLoop() {
          return waits;
        },
        set callbackWaitsForEmptyEventLoop(value) {
          waits = value;
        },
        succeed: (result) => done(null, result),
        fail,
        done,
      };
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
