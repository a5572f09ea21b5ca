// console.* as AWS writes it: time, request id and level before each message, and a message of several lines as one
// log event. With `_LAMBDA_TELEMETRY_LOG_FD` each is a frame on that descriptor: type, length and time (microseconds)
// as big-endian 4, 4 and 8 bytes, then the text. Without it, standard output, with carriage returns between lines.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html

'use strict';

const fs = require('node:fs');
const util = require('node:util');
const { formatted, intoError } = require('./errors.cjs');

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const TEXT_FRAME = 0xa55a0003;
const JSON_FRAME = 0xa55a0002;
const REQUEST_ID = Symbol.for('aws.lambda.runtime.requestId');
const TENANT_ID = Symbol.for('aws.lambda.runtime.tenantId');

/** Names the invocation that the following messages belong to. */
function setCurrentRequest(requestId, tenantId) {
  globalThis[REQUEST_ID] = requestId;
  globalThis[TENANT_ID] = tenantId;
}

/** Replaces console's methods; returns `(message, error)`, which logs an error in AWS's form. */
function patchConsole() {
  const json = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';
  const descriptor = process.env._LAMBDA_TELEMETRY_LOG_FD;
  delete process.env._LAMBDA_TELEMETRY_LOG_FD;
  const format = json ? formatJson : formatText;
  const send = descriptor === undefined ? toStdout : toDescriptor(Number(descriptor), json);
  const lowest = LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase());

  for (const [index, level] of LEVELS.entries()) {
    const enabled = level === 'FATAL' || index >= lowest;
    console[level.toLowerCase()] = enabled
      ? (...message) => {
          const now = new Date();
          send(format(now.toISOString(), level, message), now, index);
        }
      : () => {};
  }
  console.log = console.info;
  return json
    ? (_, error) => console.error(intoError(error))
    : (message, error) => console.error(message, formatted(intoError(error)));
}

function formatText(time, level, message) {
  return `${time}\t${globalThis[REQUEST_ID]}\t${level}\t${util.format(...message)}`;
}

function formatJson(time, level, message) {
  const line = { timestamp: time, level, requestId: globalThis[REQUEST_ID] };
  if (globalThis[TENANT_ID]) {
    line.tenantId = globalThis[TENANT_ID];
  }
  if (message.length === 1) {
    try {
      return JSON.stringify({ ...line, message: message[0] }, (_, value) => errorMembers(value));
    } catch {
      return JSON.stringify({ ...line, message: util.format(message[0]) });
    }
  }
  const error = message.find((part) => part instanceof Error);
  const about = error === undefined ? {} : { ...errorMembers(error) };
  const { errorType, errorMessage, stackTrace } = about;
  return JSON.stringify({ ...line, message: util.format(...message), errorType, errorMessage, stackTrace });
}

function errorMembers(value) {
  if (!(value instanceof Error)) {
    return value;
  }
  const members = {
    errorType: value.constructor?.name ?? 'UnknownError',
    errorMessage: value.message,
    stackTrace: typeof value.stack === 'string' ? value.stack.split('\n') : value.stack,
  };
  return Object.assign(members, value);
}

function toStdout(line) {
  process.stdout.write(line.replace(/\n/g, '\r') + '\n');
}

/** Frames; the level is in the type when the log is JSON, or when AWS's log levels are used. */
function toDescriptor(descriptor, json) {
  const levelled = json || process.env.AWS_LAMBDA_LOG_LEVEL !== undefined;
  const type = json ? JSON_FRAME : TEXT_FRAME;
  return (line, now, level) => {
    const text = json ? line : line + '\n';
    const length = Buffer.byteLength(text);
    const frame = Buffer.allocUnsafe(16 + length);
    frame.writeUInt32BE((levelled ? type | ((level + 1) * 4) : type) >>> 0, 0);
    frame.writeUInt32BE(length, 4);
    frame.writeBigInt64BE(BigInt(now.valueOf()) * 1000n, 8);
    frame.write(text, 16);
    writeWhole(descriptor, frame);
  };
}

function writeWhole(descriptor, frame) {
  for (let written = 0; written < frame.length; ) {
    try {
      written += fs.writeSync(descriptor, frame, written);
    } catch (e) {
      if (e.code !== 'EAGAIN') {
        throw e;
      }
    }
  }
}

module.exports = { setCurrentRequest, patchConsole };
