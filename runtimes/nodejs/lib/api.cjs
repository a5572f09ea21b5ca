// AWS's Runtime API, version 2018-06-01, with no more HTTP than it takes: one kept-alive connection, one write a
// request. Node's http agent alone would cost more than the whole exchange does. An answer and the request for the next
// event leave together: whatever the server says to the answer, there is nothing to do but to go on.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

'use strict';

const fs = require('node:fs');
const net = require('node:net');
const { Answer } = require('./answer.cjs');
const { headerValue } = require('./errors.cjs');

const BUFFER_BYTES = 65536;

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
  // { request, resolve, unread }: what was sent, for as long as it can be sent again; who waits; answers that come before
  // the one waited for. With `whole` an answer in pieces: whether its last one has been sent.
  #pending;
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

  /**
   * Begins an answer in pieces. The connection is this answer's alone, and keeps the process alive, until `accepted`
   * resolves: to be followed by `send`, with `head` before the first piece, and by `next` only then.
   */
  open(requestId) {
    const answer = { request: '', resolve: undefined, unread: 0, whole: false };
    const path = `invocation/${requestId}/response`;
    return Object.assign(answer, {
      accepted: new Promise((resolve) => {
        answer.resolve = resolve;
        if (!this.#silent) {
          this.#await(answer);
          this.#socket.setNoDelay(true); // a piece does not wait until the one before has arrived
        }
      }),
      head: (contentType) =>
        `POST /2018-06-01/runtime/${path} HTTP/1.1\r\n${this.#headers}` +
        'Lambda-Runtime-Function-Response-Mode: streaming\r\n' +
        'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n' +
        `Content-Type: ${contentType}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    });
  }

  /**
   * Sends more of an open answer, all of it in one go; `written` is called when the machine has taken it, and also where
   * the server wants no more: it has answered already.
   */
  send(answer, pieces, isLast, written) {
    if (this.#silent) {
      return;
    }
    if (answer !== this.#pending) {
      process.nextTick(written);
      return;
    }
    answer.request = undefined;
    answer.whole = isLast;
    const socket = this.#socket;
    socket.cork();
    const last = pieces.length - 1;
    for (let i = 0; i < last; i++) {
      socket.write(pieces[i]);
    }
    socket.write(pieces[last], () => written()); // whatever came of it: `#closed` will hear
    socket.uncork();
  }

  /** Lets an open answer end in the middle, so that the server sees that it is not whole. */
  breakOff(answer) {
    if (answer === this.#pending) {
      this.#pending = undefined;
      this.#leave();
    }
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
      this.#await({ request, resolve, unread });
      this.#socket.write(request);
    });
  }

  #await(pending) {
    this.#pending = pending;
    this.#received = undefined;
    if (this.#socket === undefined) {
      this.#connect();
    } else {
      this.#socket.ref();
    }
  }

  #leave() {
    this.#socket.destroy();
    this.#socket = undefined;
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
    if (!this.#reused || this.#received !== undefined || this.#pending.request === undefined) {
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
    const { resolve, whole } = this.#pending;
    this.#pending = undefined;
    this.#reused = true;
    if (answer.headers.connection === 'close' || whole === false) {
      this.#leave();
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

function isSocket(fd) {
  try {
    return fs.fstatSync(fd).isSocket();
  } catch {
    return false;
  }
}

function errorType(error) {
  return `Lambda-Runtime-Function-Error-Type: ${headerValue(error.errorType)}\r\n`;
}

module.exports = { RuntimeApi };
