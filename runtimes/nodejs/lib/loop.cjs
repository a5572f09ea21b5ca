// Init, then one invocation after another.

'use strict';

const { RuntimeApi } = require('./api.cjs');
const { streams } = require('./awslambda.cjs');
const { Runtime: CallbackRuntime } = require('./callback.cjs');
const { setCurrentRequest } = require('./console.cjs');
const { neverSettled, report, unhandledRejection } = require('./errors.cjs');
const { load } = require('./handler.cjs');
const { Runtime: PromiseRuntime } = require('./promise.cjs');
const { unlisted } = require('./unlisted.cjs');

// Node.js's own: a promise that somebody waits for will never be settled.
const UNSETTLED_STATUS = 13;
const UNHANDLED_REJECTION_STATUS = 128;
const UNCAUGHT_EXCEPTION_STATUS = 129;

/** Loads the function and runs it until the server is gone. What goes wrong on the way is reported. */
async function start(environment, logError) {
  const address = environment.AWS_LAMBDA_RUNTIME_API;
  const api = new RuntimeApi(address, environment._BODA_RUNTIME_API_FD);
  delete environment._BODA_RUNTIME_API_FD;
  const running = { requestId: undefined };
  const end = ending(api, address, running, logError);
  reportWhatNobodyCatches(end);
  try {
    const handler = await loaded(environment);
    const callbacks = callbacksAllowed(environment.AWS_EXECUTION_ENV);
    const Runtime = runtimeOf(handler, callbacks);
    const runtime = new Runtime(api, handler, logError, callbacks);
    if (callbacks) {
      // Not awaited: the event loop must be able to run empty without ending the process.
      loop(api, runtime, running);
    } else {
      process.on('beforeExit', () => end('Invoke Error', neverSettled(), UNSETTLED_STATUS));
      await loop(api, runtime, running);
    }
  } catch (error) {
    // Not ours alone to hear of: what has been loaded of the function may listen too.
    process.nextTick(() => {
      throw error;
    });
  }
}

/** The handler. A module whose top-level await is never settled ends the process, as Node.js ends one by itself. */
async function loaded(environment) {
  const unsettled = () => process.exit(UNSETTLED_STATUS);
  process.on('beforeExit', unsettled);
  const handler = await load(environment.LAMBDA_TASK_ROOT ?? '/var/task', environment._HANDLER ?? '');
  process.off('beforeExit', unsettled);
  return handler;
}

function runtimeOf(handler, callbacks) {
  if (streams(handler)) {
    return unlisted('streaming.cjs').Runtime; // nobody else's cold start pays for it
  }
  return callbacks ? CallbackRuntime : PromiseRuntime;
}

async function loop(api, runtime, running) {
  for (;;) {
    const invocation = await api.next();
    if (invocation.status !== 200) {
      process.exit(1);
    }
    begin(invocation.headers, running);
    await runtime.invoke(invocation);
  }
}

function begin(headers, running) {
  running.requestId = headers['lambda-runtime-aws-request-id'];
  setCurrentRequest(running.requestId, headers['lambda-runtime-aws-tenant-id']);
  const trace = headers['lambda-runtime-trace-id'];
  if (trace) {
    process.env._X_AMZN_TRACE_ID = trace;
  } else {
    delete process.env._X_AMZN_TRACE_ID;
  }
}

/** By the function's runtime, whatever interpreter stands in for it. */
function callbacksAllowed(executionEnvironment) {
  const named = /^AWS_Lambda_nodejs(\d+)\./.exec(executionEnvironment ?? '');
  return Number(named?.[1] ?? process.versions.node.split('.')[0]) < 24;
}

/** Tells the Runtime API of an error outside of any handler's promise, once, and ends the process. */
function ending(loopsApi, address, running, logError) {
  let begun = false;
  return async (message, error, status) => {
    logError(message, error);
    if (begun) {
      return;
    }
    begun = true;
    loopsApi.silence();
    // A connection of its own: the loop's may be waiting for an event.
    const api = new RuntimeApi(address);
    await (running.requestId === undefined ? api.failInit(report(error)) : api.fail(running.requestId, report(error)));
    process.exit(status);
  };
}

function reportWhatNobodyCatches(end) {
  process.on('uncaughtException', (error) => end('Uncaught Exception', error, UNCAUGHT_EXCEPTION_STATUS));
  process.on('unhandledRejection', (reason, promise) =>
    end('Unhandled Promise Rejection', unhandledRejection(reason, promise), UNHANDLED_REJECTION_STATUS),
  );
}

module.exports = { start };
