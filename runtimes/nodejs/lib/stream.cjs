// What a streaming handler writes to. It behaves as AWS's does, which is Node's HTTP request behind a few names; where
// that has its ways (no metadata when nothing is written, an error after the end that ends the process), so has this.
// https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html

'use strict';

const { Writable } = require('node:stream');
const { Fault } = require('./errors.cjs');

const DEFAULT_CONTENT_TYPE = 'application/octet-stream';
const NOT_IN_A_HEADER = /[^\t\x20-\x7e\x80-\xff]/;
const LINE_END = Buffer.from('\r\n');

// Smaller ones are quicker copied than handed over one by one.
const WORTH_A_PIECE_BYTES = 4096;

/**
 * A Writable that sends what is written at the end of the turn of the event loop, as one chunk: the first byte waits for
 * nothing else. One chunk is on its way at a time, so that a slow reader slows the function and memory stays flat.
 */
class ResponseStream extends Writable {
  #api;
  #answer;
  #contentType = DEFAULT_CONTENT_TYPE;
  #begun = false; // a write has succeeded
  #headSent = false;
  #ending = false;
  #ended = false; // the last chunk is sent
  #trailers = '';
  #accepted = false;
  #held = false;
  #release = () => {
    this.#held = false;
    this.uncork();
  };

  /** @param answer of the invocation, as the Runtime API has opened it */
  constructor(api, answer, highWaterMark) {
    // Not destroyed by itself: what is written after the end is an error only until the server has answered.
    super({ highWaterMark, autoDestroy: false });
    this.#api = api;
    this.#answer = answer;
    answer.accepted.then(() => this.#over());
    this.on('error', (error) => this.#broken(error));
  }

  setContentType(contentType) {
    if (this.#begun) {
      throw new Fault('InvalidStreamingOperation', 'Cannot set content-type, too late.');
    }
    if (this.#headSent || this.#ending) {
      throw coded(Error, 'ERR_HTTP_HEADERS_SENT', 'Cannot set headers after they are sent to the client');
    }
    if (contentType === undefined) {
      throw coded(TypeError, 'ERR_HTTP_INVALID_HEADER_VALUE', 'Invalid value "undefined" for header "Content-Type"');
    }
    if (NOT_IN_A_HEADER.test(contentType)) {
      throw coded(TypeError, 'ERR_INVALID_CHAR', 'Invalid character in header content ["Content-Type"]');
    }
    this.#contentType = String(contentType);
  }

  /** Takes text and bytes, and anything else as JSON. */
  write(chunk, encoding, callback) {
    void chunk.length; // AWS's fails just so on null and undefined
    const bytes = typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk);
    this.#hold();
    if (!this.#begun && typeof this._onBeforeFirstWrite === 'function') {
      this._onBeforeFirstWrite((piece) => super.write(piece));
    }
    const more = super.write(bytes, encoding, callback);
    this.#begun = true;
    return more;
  }

  /** What comes with the end is not "written": no metadata before it, no JSON. */
  end(chunk, encoding, callback) {
    this.#ending = true;
    try {
      return super.end(chunk || undefined, encoding, callback);
    } finally {
      this.#ending = this.writableEnded;
    }
  }

  /** Ends the answer with an error behind it, unless it has been ended: `type` as a header's value, `body` in base64. */
  fail(type, body) {
    if (!this.#ending) {
      this.#trailers =
        `Lambda-Runtime-Function-Error-Type: ${type}\r\nLambda-Runtime-Function-Error-Body: ${body}\r\n`;
      this.end();
    }
  }

  /** More of what is written in this turn goes along. */
  #hold() {
    if (!this.#held && !this.#ending) {
      this.#held = true;
      this.cork();
      process.nextTick(this.#release);
    }
  }

  _write(chunk, encoding, done) {
    this.#send([chunk], chunk.length, done);
  }

  _writev(entries, done) {
    const chunks = entries.map((entry) => entry.chunk);
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const small = length / chunks.length < WORTH_A_PIECE_BYTES;
    this.#send(small ? [Buffer.concat(chunks, length)] : chunks, length, done);
  }

  _final(done) {
    if (this.#ended) {
      done();
    } else {
      this.#send([], 0, done);
    }
  }

  _destroy(error, done) {
    if (this.#accepted) {
      done(error);
    } else {
      this.#api.breakOff(this.#answer);
      done(error ?? coded(Error, 'ECONNRESET', 'socket hang up'));
    }
  }

  #send(chunks, length, done) {
    let pieces = [];
    if (!this.#headSent) {
      this.#headSent = true;
      pieces.push(Buffer.from(this.#answer.head(this.#contentType), 'latin1'));
    }
    if (length > 0) {
      pieces = pieces.concat(Buffer.from(`${length.toString(16)}\r\n`), chunks, LINE_END);
    }
    // The end goes along with the last of what was written.
    if (this.#ending && !this.#ended && this.writableLength === length) {
      this.#ended = true;
      pieces.push(Buffer.from(`0\r\n${this.#trailers}\r\n`, 'latin1'));
    }
    if (pieces.length === 0) {
      done();
    } else {
      this.#api.send(this.#answer, pieces, this.#ended, done);
    }
  }

  /** The server has answered. What is written now is lost, and nobody is told. */
  #over() {
    this.#accepted = true;
    if (this.writableFinished) {
      this.destroy();
    } else {
      this.once('finish', () => this.destroy());
    }
  }

  /** Nobody catches it, as on AWS, where a promise of the runtime's own is rejected: the process ends. */
  #broken(error) {
    if (!this.#accepted) {
      this.#api.breakOff(this.#answer);
      Promise.reject(error);
    }
  }
}

function coded(Kind, code, message) {
  return Object.assign(new Kind(message), { code });
}

module.exports = { ResponseStream };
