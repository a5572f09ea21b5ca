"""AWS's Runtime API, version 2018-06-01, with no more HTTP than it takes.

One kept-alive connection, one write a request, no library between: `http.client` alone would cost several
times what the exchange does. An answer and the request for the next event leave together: whatever the server says to
the answer, there is nothing to do but to go on. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import os
import sys
import _socket  # without the 10 ms that `socket` needs for its enumerations

_BUFFER_BYTES = 65536


class ServerGone(Exception):
    """The Runtime API does not answer any more: there is nothing left to run."""


class Invocation:
    """One event with what the Runtime API says about it."""

    __slots__ = ("request_id", "event", "content_type", "headers")

    def __init__(self, headers, event):
        self.request_id = headers["lambda-runtime-aws-request-id"]
        self.content_type = headers.get("content-type", "application/json")
        self.event = event
        self.headers = headers


class RuntimeApi:
    """The Runtime API at `host:port`. For one thread. A connection that is there already, at the descriptor of this
    number, is used first."""

    def __init__(self, address, descriptor=None):
        host, _, port = address.rpartition(":")
        self._address = (host.strip("[]"), int(port))
        self._family = _socket.AF_INET6 if ":" in host else _socket.AF_INET
        self._headers = "Host: {}\r\nUser-Agent: boda-python/{}.{}.{}\r\n".format(address, *sys.version_info[:3])
        self._next = self._head("GET", "invocation/next", "")
        self._socket = _opened(descriptor)
        self._answer = b""  # what is to be sent with the request for the next event
        self._ahead = b""  # what came behind the last answer
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))

    def next(self):
        """Waits for an event, however long that takes."""
        answer, self._answer = self._answer, b""
        status, headers, body = self._exchange(answer + self._next)
        if answer:
            status, headers, body = self._following()
        if status != 200:
            raise ServerGone("next was answered with status {}".format(status))
        return Invocation(headers, body)

    def respond(self, request_id, body, content_type):
        """Answers an invocation as soon as `next` is called. A refusal (too large, too late) is the server's business:
        it told the caller."""
        headers = "Content-Type: {}\r\nContent-Length: {}\r\n".format(content_type, len(body))
        self._answer = self._head("POST", "invocation/" + request_id + "/response", headers) + body

    def fail(self, request_id, body, error_type):
        """Reports that an invocation failed."""
        self._post("invocation/" + request_id + "/error", body, _error_headers(error_type))

    def fail_init(self, body, error_type):
        """Reports that the function could not be loaded."""
        self._post("init/error", body, _error_headers(error_type))

    def _post(self, path, body, headers):
        headers += "Content-Length: {}\r\n".format(len(body))
        return self._exchange(self._head("POST", path, headers) + body)

    def _head(self, method, path, headers):
        line = "{} /2018-06-01/runtime/{} HTTP/1.1\r\n".format(method, path)
        return (line + self._headers + headers + "\r\n").encode("latin-1")

    def _exchange(self, request):
        """Sends a request and reads its answer; once more if a kept-alive connection turns out to be closed."""
        fresh = self._socket is None
        try:
            received = self._send(request)
            if not received and not fresh:
                self._disconnect()
                received = self._send(request)
        except OSError as e:
            if fresh:
                raise ServerGone(str(e))
            self._disconnect()
            return self._exchange(request)
        if not received:
            raise ServerGone("the connection was closed")
        return self._read(received)

    def _following(self):
        """The event that was asked for along with an answer; asked for again if the connection ended before."""
        try:
            received = self._ahead or (self._socket and self._receive())
        except OSError:
            received = b""
        if received:
            return self._read(received)
        if self._socket is not None:
            self._disconnect()
        return self._exchange(self._next)

    def _send(self, request):
        if self._socket is None:
            self._socket = _socket.socket(self._family, _socket.SOCK_STREAM)
            self._socket.connect(self._address)
            self._socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        return self._receive()

    def _disconnect(self):
        self._socket.close()
        self._socket = None
        self._ahead = b""

    def _receive(self):
        return bytes(self._buffer[: self._socket.recv_into(self._buffer)])

    def _receive_more(self):
        received = self._receive()
        if not received:
            raise ServerGone("the connection was closed in the middle of an answer")
        return received

    def _read(self, received):
        end = received.find(b"\r\n\r\n")
        while end < 0:
            received += self._receive_more()
            end = received.find(b"\r\n\r\n")
        lines = received[:end].decode("utf-8", "surrogateescape").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        rest = received[end + 4 :]
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = self._read_chunks(rest)
        else:
            body = self._read_exactly(rest, int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self._disconnect()
        return int(lines[0].split(" ", 2)[1]), headers, body

    def _read_exactly(self, received, length):
        self._ahead = received[length:]
        if len(received) >= length:
            return received[:length]
        body = bytearray(length)
        filled = len(received)
        body[:filled] = received
        view = memoryview(body)
        while filled < length:
            count = self._socket.recv_into(view[filled:])
            if not count:
                raise ServerGone("the connection was closed in the middle of an answer")
            filled += count
        return bytes(body)

    def _read_chunks(self, received):
        body = bytearray()
        while True:
            while b"\r\n" not in received:
                received += self._receive_more()
            size, _, received = received.partition(b"\r\n")
            length = int(size.split(b";")[0], 16)
            while len(received) < length + 2:
                received += self._receive_more()
            if length == 0:
                self._ahead = self._behind_trailers(received)
                return bytes(body)
            body += received[:length]
            received = received[length + 2 :]

    def _behind_trailers(self, received):
        while not received.startswith(b"\r\n") and b"\r\n\r\n" not in received:
            received += self._receive_more()
        end = b"\r\n" if received.startswith(b"\r\n") else b"\r\n\r\n"
        return received.partition(end)[2]


def _opened(descriptor):
    """The connection at this descriptor, unless the program that started this one has closed it."""
    if descriptor is None:
        return None
    try:
        opened = _socket.socket(fileno=int(descriptor))
        os.set_inheritable(opened.fileno(), False)
        return opened
    except OSError:
        return None


def _error_headers(error_type):
    visible = error_type.encode("ascii", "replace").decode("ascii").replace("\r", " ").replace("\n", " ")
    return "Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: " + visible + "\r\n"
