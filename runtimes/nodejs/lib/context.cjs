// The context object of a Node.js handler: what the Runtime API's headers and the environment say.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html

'use strict';

// Read once: each look at process.env costs as much as the rest of a context.
const {
  AWS_LAMBDA_FUNCTION_VERSION: functionVersion,
  AWS_LAMBDA_FUNCTION_NAME: functionName,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryLimitInMB,
  AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
  AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
} = process.env;

/** The members that every Node.js runtime's context has. */
function contextMembers(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    functionVersion,
    functionName,
    memoryLimitInMB,
    logGroupName,
    logStreamName,
    clientContext: parsed(headers['lambda-runtime-client-context'], 'ClientContext'),
    identity: parsed(headers['lambda-runtime-cognito-identity'], 'CognitoIdentity'),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    tenantId: headers['lambda-runtime-aws-tenant-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** What it has besides from Node.js 24 on. */
function traceMembers(headers) {
  return { xRayTraceId: headers['lambda-runtime-trace-id'] };
}

function parsed(header, name) {
  if (header === undefined) {
    return undefined;
  }
  try {
    return JSON.parse(header);
  } catch (e) {
    throw new Error(`Cannot parse ${name} as json: ${e}`);
  }
}

module.exports = { contextMembers, traceMembers };
