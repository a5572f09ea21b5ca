// What packages ask for the invocation that runs, from Node.js 24 on: `awslambda.InvokeStore`, as @aws/lambda-invoke-store
// describes it. https://github.com/awslabs/aws-lambda-invoke-store

'use strict';

const REQUEST_ID = Symbol.for('_AWS_LAMBDA_REQUEST_ID');
const TRACE_ID = Symbol.for('_AWS_LAMBDA_X_RAY_TRACE_ID');
const TENANT_ID = Symbol.for('_AWS_LAMBDA_TENANT_ID');

const UNWANTED = ['1', 'true'].includes(process.env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA);

/** One invocation at a time: what runs later than its handler's answer finds the next one's. */
class InvokeStore {
  #context;

  run(context, action) {
    this.#context = context;
    return action();
  }

  hasContext() {
    return this.#context !== undefined;
  }

  getContext() {
    return this.#context;
  }

  get(key) {
    return this.#context?.[key];
  }

  set(key, value) {
    if ([REQUEST_ID, TRACE_ID, TENANT_ID].includes(key)) {
      throw new Error(`Cannot modify protected Lambda context field: ${String(key)}`);
    }
    this.#context = Object.assign(this.#context ?? {}, { [key]: value });
  }

  getRequestId() {
    return this.get(REQUEST_ID) ?? '-';
  }

  getXRayTraceId() {
    return this.get(TRACE_ID);
  }

  getTenantId() {
    return this.get(TENANT_ID);
  }
}

/** Runs an invocation's handler where it is found: in the store that a package of the function has made, if one has. */
function inStore(headers, action) {
  const shared = globalThis.awslambda;
  if (UNWANTED || shared === undefined) {
    return action();
  }
  const context = {
    [REQUEST_ID]: headers['lambda-runtime-aws-request-id'],
    [TRACE_ID]: headers['lambda-runtime-trace-id'],
    [TENANT_ID]: headers['lambda-runtime-aws-tenant-id'],
  };
  return (shared.InvokeStore ??= new InvokeStore()).run(context, action);
}

module.exports = { inStore };
