// AWS's Runtime API, version 2018-06-01, with no more HTTP than it takes: one kept-alive connection, one write a
// request. Node's http agent alone would cost more than the whole exchange does. An answer and the request for the next
// event leave together: whatever the server says to the answer, there is nothing to do but to go on.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

'use strict';

const fs = require('node:fs');
const net = require('node:net');

const BUFFER_BYTES = 65536;
const NOTHING = Buffer.alloc(0);

/**
 * The Runtime API at `host:port`. The process stays alive while it waits for an answer. A connection that is there
 * already is used first: to make one takes Node.js 2 ms of a cold start.
 */
class RuntimeApi {
  #host;
  #port;
  #headers;
  #next;
  #open; // the descriptor of a connection that nobody has used yet
  #socket;
  #reused = false;
  #pending; // { request, resolve, unread }: what was sent; who waits; answers that come before the one waited for
  #asked; // the promise of the event that was asked for along with the last answer
  #silent = false;
  #received; // what of an answer has come so far

  constructor(address, descriptor) {
    const colon = address.lastIndexOf(':');
    this.#host = address.slice(0, colon).replace(/^\[|\]$/g, '');
    this.#port = Number(address.slice(colon + 1));
    this.#open = descriptor === undefined ? undefined : Number(descriptor);
    this.#headers = `Host: ${address}\r\nUser-Agent: boda-nodejs/${process.versions.node}\r\n`;
    this.#next = `GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n${this.#headers}\r\n`;
  }

  /** Waits for an event, however long that takes: `{ status, headers, body }`, the body as text. */
  next() {
    const asked = this.#asked ?? this.#exchange(this.#next, 0);
    this.#asked = undefined;
    return asked;
  }

  /** Answers an invocation with JSON, and asks for the next event: to be followed by `next`. */
  respond(requestId, body) {
    if (this.#silent) {
      return new Promise(() => {});
    }
    this.#asked = this.#exchange(this.#post(`invocation/${requestId}/response`, body, '') + this.#next, 1);
    return Promise.resolve();
  }

  /** Reports that an invocation failed; `error` in AWS's shape. */
  fail(requestId, error) {
    return this.#exchange(this.#post(`invocation/${requestId}/error`, JSON.stringify(error), errorType(error)), 0);
  }

  /** Reports that the function could not be loaded. */
  failInit(error) {
    return this.#exchange(this.#post('init/error', JSON.stringify(error), errorType(error)), 0);
  }

  /** Sends nothing any more and never resolves: the process is about to end. */
  silence() {
    this.#silent = true;
  }

  #post(path, body, headers) {
    return (
      `POST /2018-06-01/runtime/${path} HTTP/1.1\r\n${this.#headers}${headers}` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    );
  }

  /** Sends one request or several; resolves to the last answer, after `unread` others. */
  #exchange(request, unread) {
    if (this.#silent) {
      return new Promise(() => {});
    }
    return new Promise((resolve) => {
      this.#pending = { request, resolve, unread };
      this.#received = undefined;
      if (this.#socket === undefined) {
        this.#connect();
      } else {
        this.#socket.ref();
      }
      this.#socket.write(request);
    });
  }

  #connect() {
    const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    const onread = {
      buffer,
      callback: (length) => {
        this.#receive(buffer.subarray(0, length));
        return true;
      },
    };
    const opened = this.#takeOpen(onread);
    const socket = opened ?? net.connect({ host: this.#host, port: this.#port, noDelay: true, onread });
    socket.on('error', () => {});
    socket.on('close', () => this.#closed(socket));
    this.#socket = socket;
    this.#reused = opened !== undefined;
  }

  /**
   * The connection that is there already. A program that started this one may have closed it: then its number is that
   * of a pipe or the like by which Node.js wakes itself.
   */
  #takeOpen(onread) {
    const fd = this.#open;
    this.#open = undefined;
    const usable = fd !== undefined && isSocket(fd);
    return usable ? new net.Socket({ fd, readable: true, writable: true, onread }) : undefined;
  }

  /** A kept-alive connection may turn out to be closed: then once more. Otherwise the server is gone. */
  #closed(socket) {
    if (socket !== this.#socket) {
      return;
    }
    this.#socket = undefined;
    if (this.#pending === undefined) {
      return;
    }
    if (!this.#reused || this.#received !== undefined) {
      process.exit(1);
    }
    this.#connect();
    this.#socket.write(this.#pending.request);
  }

  #receive(bytes) {
    if (this.#pending === undefined) {
      return;
    }
    const answer = (this.#received ??= new Answer());
    if (!answer.add(bytes)) {
      return;
    }
    if (this.#pending.unread > 0) {
      this.#goOn(answer);
      return;
    }
    const { resolve } = this.#pending;
    this.#pending = undefined;
    this.#reused = true;
    if (answer.headers.connection === 'close') {
      this.#socket.destroy();
      this.#socket = undefined;
    } else {
      this.#socket.unref();
    }
    resolve(answer);
  }

  /** An answer has come that nobody waits for. */
  #goOn(answer) {
    this.#received = undefined;
    this.#reused = true;
    this.#pending.unread--;
    this.#pending.request = this.#next;
    if (answer.headers.connection === 'close') {
      this.#socket.destroy();
      this.#connect();
      this.#socket.write(this.#next);
    } else if (answer.rest.length > 0) {
      this.#receive(answer.rest);
    }
  }
}

/** An answer as it comes in. */
class Answer {
  status = 0;
  headers = undefined;
  body = '';
  rest = NOTHING; // what has come behind it
  #chunks = []; // what has come, copied: the socket's buffer is used again
  #length = 0; // of the chunks
  #bodyAt = 0;
  #bodyLength = 0; // -1 when chunked

  /** Takes more bytes; true when the answer is whole. */
  add(bytes) {
    if (this.#length === 0 && this.#readHead(bytes) && this.#isWhole(bytes.length) && this.#finish(bytes)) {
      return true;
    }
    this.#chunks.push(Buffer.from(bytes));
    this.#length += bytes.length;
    if (this.headers === undefined && !this.#readHead(this.#joined())) {
      return false;
    }
    return this.#isWhole(this.#length) && this.#finish(this.#joined());
  }

  #joined() {
    if (this.#chunks.length > 1) {
      this.#chunks = [Buffer.concat(this.#chunks)];
    }
    return this.#chunks[0];
  }

  #isWhole(length) {
    return this.#bodyLength < 0 || length >= this.#bodyAt + this.#bodyLength;
  }

  #readHead(bytes) {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) {
      return false;
    }
    const lines = bytes.utf8Slice(0, end).split('\r\n');
    this.status = Number(lines[0].split(' ', 2)[1]);
    this.headers = {};
    for (let i = 1; i < lines.length; i++) {
      const colon = lines[i].indexOf(':');
      this.headers[lines[i].slice(0, colon).toLowerCase()] = lines[i].slice(colon + 1).trim();
    }
    this.#bodyAt = end + 4;
    const chunked = this.headers['transfer-encoding']?.toLowerCase() === 'chunked';
    this.#bodyLength = chunked ? -1 : Number(this.headers['content-length'] ?? 0);
    return true;
  }

  #finish(bytes) {
    const chunked = this.#bodyLength < 0 ? unchunked(bytes, this.#bodyAt) : undefined;
    if (this.#bodyLength < 0 && chunked === undefined) {
      return false; // looked at again with the next bytes
    }
    const end = chunked?.end ?? this.#bodyAt + this.#bodyLength;
    this.body = chunked?.body ?? bytes.utf8Slice(this.#bodyAt, end);
    this.rest = end < bytes.length ? bytes.subarray(end) : NOTHING;
    return true;
  }
}

/** The text of a chunked body and where it ends, or undefined while its end has not come. */
function unchunked(bytes, start) {
  const parts = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = parseInt(bytes.latin1Slice(at, lineEnd), 16);
    if (lineEnd < 0 || bytes.length < lineEnd + 2 + size + 2) {
      return undefined;
    }
    if (size === 0) {
      const end = bytes.latin1Slice(lineEnd + 2, lineEnd + 4) === '\r\n' ? lineEnd : bytes.indexOf('\r\n\r\n', lineEnd);
      return end < 0 ? undefined : { body: Buffer.concat(parts).toString(), end: end + 4 };
    }
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

function isSocket(fd) {
  try {
    return fs.fstatSync(fd).isSocket();
  } catch {
    return false;
  }
}

function errorType(error) {
  const visible = String(error.errorType).replace(/[^\x20-\x7e]/g, '?');
  return `Lambda-Runtime-Function-Error-Type: ${visible}\r\n`;
}

module.exports = { RuntimeApi };
