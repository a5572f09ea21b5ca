// One invocation in the way of Node.js 24 and later: what the handler returns or resolves to is the answer.

'use strict';

const { contextMembers, traceMembers } = require('./context.cjs');
const { Fault, report } = require('./errors.cjs');
const { inStore } = require('./invoke_store.cjs');

/** Runs handlers without callbacks; refuses one that declares a callback, in AWS's words. */
class Runtime {
  #api;
  #handler;
  #logError;

  constructor(api, handler, logError) {
    if (handler.length >= 3) {
      throw new Fault(
        'CallbackHandlerDeprecated',
        'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
          'You need to modify this function to use a supported handler signature to use Node.js 24 or later. ' +
          'For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
      );
    }
    this.#api = api;
    this.#handler = handler;
    this.#logError = logError;
  }

  /** Resolves when the answer has been given. */
  invoke(invocation) {
    return inStore(invocation.headers, () => this.#run(invocation));
  }

  async #run(invocation) {
    const requestId = invocation.headers['lambda-runtime-aws-request-id'];
    let body;
    try {
      const context = { ...contextMembers(invocation.headers), ...traceMembers(invocation.headers) };
      body = serialized(await this.#handler(JSON.parse(invocation.body), context));
    } catch (e) {
      this.#logError('Invoke Error', e);
      await this.#api.fail(requestId, report(e));
      return;
    }
    await this.#api.respond(requestId, body);
  }
}

function serialized(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch {
    throw new Fault('JSONStringifyError', 'Unable to stringify response body');
  }
}

module.exports = { Runtime };
