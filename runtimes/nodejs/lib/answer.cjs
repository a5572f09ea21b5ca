// What the Runtime API answers, read by hand: HTTP with a length or in chunks, in whatever pieces it comes.

'use strict';

const NOTHING = Buffer.alloc(0);

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

module.exports = { Answer };
