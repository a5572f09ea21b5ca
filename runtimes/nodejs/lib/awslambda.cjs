// What functions find as `awslambda`: how they say that a handler streams its response.
// https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html

'use strict';

const { Fault } = require('./errors.cjs');

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
const METADATA_CONTENT_TYPE = 'application/vnd.awslambda.http-integration-response';
const DELIMITER_BYTES = 8;

/** For a stream to an HTTP client: status code, headers and cookies as JSON, and NULs, before the first write. */
class HttpResponseStream {
  static from(stream, metadata) {
    stream.setContentType(METADATA_CONTENT_TYPE);
    const prelude = JSON.stringify(metadata);
    stream._onBeforeFirstWrite = (write) => {
      write(prelude);
      write(new Uint8Array(DELIMITER_BYTES));
    };
    return stream;
  }
}

/** Makes `awslambda` global, unless the function does not want it. */
function offerStreaming() {
  if (['1', 'true'].includes(process.env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA)) {
    return;
  }
  globalThis.awslambda = {
    ...globalThis.awslambda,
    streamifyResponse: (handler, options) => {
      handler[STREAMING] = 'response';
      if (typeof options?.highWaterMark === 'number') {
        handler[HIGH_WATER_MARK] = parseInt(options.highWaterMark);
      }
      return handler;
    },
    HttpResponseStream,
  };
}

/** Whether a handler, wrapped or not, says that it streams its response. */
function streams(handler) {
  if (handler[STREAMING] && handler[STREAMING] !== 'response') {
    throw new Fault('MalformedStreamingHandler', 'Only response streaming is supported.');
  }
  return handler[STREAMING] === 'response';
}

module.exports = { HIGH_WATER_MARK, offerStreaming, streams };
