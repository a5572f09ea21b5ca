// One invocation whose handler writes its answer to a stream, in the way of Node.js up to 22 and in that of later ones.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html

'use strict';

const { HIGH_WATER_MARK } = require('./awslambda.cjs');
const { Waiting } = require('./callback.cjs');
const { contextMembers, traceMembers } = require('./context.cjs');
const { headerValue, report } = require('./errors.cjs');
const { inStore } = require('./invoke_store.cjs');
const { ResponseStream } = require('./stream.cjs');

// Less than what an HTTP server takes as trailers.
const LONGEST_REPORT_BYTES = 20_000;

/** Runs handlers that stream. Its name is the one that users know from AWS's stack traces. */
class Runtime {
  #api;
  #handler;
  #highWaterMark;
  #logError;
  #waits;
  #whenEmpty = () => {};

  /** @param waits as Node.js up to 22 does: until the event loop is empty, unless the handler says otherwise */
  constructor(api, handler, logError, waits) {
    this.#api = api;
    this.#handler = handler;
    this.#highWaterMark = parseInt(handler[HIGH_WATER_MARK]) || undefined;
    this.#logError = logError;
    this.#waits = waits;
    if (waits) {
      process.on('beforeExit', () => this.#whenEmpty());
    }
  }

  /** Resolves when the answer has been given, and nothing is left to wait for. */
  invoke(invocation) {
    if (!this.#waits) {
      return inStore(invocation.headers, () => this.#run(invocation, {}));
    }
    return new Promise((resolve) => {
      // Also where the handler's promise will never be settled: its stream has been ended, or the loop were not empty.
      this.#whenEmpty = () => setImmediate(resolve);
      const context = new Waiting({});
      this.#run(invocation, context).then(() => Waiting.of(context) || resolve());
    });
  }

  async #run(invocation, context) {
    const answer = this.#api.open(invocation.headers['lambda-runtime-aws-request-id']);
    const stream = this.#exposed(new ResponseStream(this.#api, answer, this.#highWaterMark));
    try {
      Object.assign(context, contextMembers(invocation.headers), this.#waits ? {} : traceMembers(invocation.headers));
      await this.#handled(this.#handler(JSON.parse(invocation.body), stream, context));
      await answer.accepted;
      if (!stream.writableEnded) {
        throw this.#complaint('Response stream is not finished.');
      }
    } catch (e) {
      this.#logError('Invoke Error', e);
      const { type, body } = trailers(report(e));
      stream.fail(type, body);
      await answer.accepted;
    }
  }

  async #handled(result) {
    if (typeof result?.then !== 'function') {
      throw this.#complaint('Streaming does not support non-async handlers.');
    }
    if ((await result) !== undefined) {
      console.warn('Streaming handlers ignore return values.');
    }
  }

  /** Up to Node.js 22, `end` knows its first argument only, and returns nothing. */
  #exposed(stream) {
    if (this.#waits) {
      const end = stream.end.bind(stream);
      stream.end = (chunk) => void end(chunk);
    }
    return stream;
  }

  /** AWS reports these as text up to Node.js 22, then as errors. */
  #complaint(text) {
    return this.#waits ? text : new Error(text);
  }
}

/** An error report as trailers have it. One that is too long for them loses its trace, and then the end of its message. */
function trailers(whole) {
  const json = [whole, { ...whole, trace: [] }, { ...whole, trace: [], errorMessage: shortened(whole.errorMessage) }]
    .map((each) => JSON.stringify(each))
    .find((each) => Buffer.byteLength(each) <= LONGEST_REPORT_BYTES);
  return { type: headerValue(whole.errorType), body: Buffer.from(json ?? '').toString('base64') };
}

function shortened(message) {
  return String(message).slice(0, LONGEST_REPORT_BYTES / 8);
}

module.exports = { Runtime };
