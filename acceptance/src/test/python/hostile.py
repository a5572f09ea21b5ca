"""Clients that mean harm. Each is a thread that goes on until it is told to stop, and counts what it did."""

import os
import random
import selectors
import socket
import threading
import time
from urllib.parse import urlparse


class Attack(threading.Thread):
    """One kind of attack; `done` counts its rounds, `error` is what broke the attacker itself."""

    def __init__(self, server, stop, size=1):
        super().__init__(daemon=True, name=type(self).__name__)
        address = urlparse(server.url)
        self.address, self.stop, self.size = (address.hostname, address.port), stop, size
        self.done, self.error = 0, None

    def connect(self, timeout=30):
        connection = socket.create_connection(self.address, timeout=timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def run(self):
        while not self.stop.is_set():
            try:
                self.round()
            except OSError:
                pass  # Being thrown out is what an attacker has to expect.
            except Exception as error:
                self.error = error
                return
            self.done += 1

    def hold(self, connections, seconds, each=lambda connection: None):
        """Keeps them for a while, doing `each` now and then; those that the server ended are dropped."""
        ends = time.monotonic() + seconds
        while connections and time.monotonic() < ends and not self.stop.is_set():
            for connection in list(connections):
                try:
                    each(connection)
                except OSError:
                    connections.remove(connection)
                    connection.close()
            self.stop.wait(0.5)
        for connection in connections:
            connection.close()


class Garbage(Attack):
    HEADS = [b"", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /\r\n",
             b"GET / HTTP/1.1\r\n\0: \0\r\n\r\n", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
             b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
             b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", b"\n\n\n\n", b"GET / HTTP/9.9\r\n\r\n"]

    def round(self):
        with self.connect() as connection:
            connection.sendall(random.choice(self.HEADS) + os.urandom(random.randrange(3000)))
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        self.stop.wait(0.005)


class HugeHeaders(Attack):
    """300 KB of headers, in one field or in thousands."""

    def round(self):
        headers = random.choice([b"X: " + b"a" * 300_000 + b"\r\n", b"a: b\r\n" * 50_000])
        with self.connect() as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + headers + b"\r\n")
            answer = connection.recv(65536)
            if answer:
                assert answer.startswith(b"HTTP/1.1 431 "), answer
        self.stop.wait(0.02)


class SlowHeads(Attack):
    def round(self):
        connections = [self.connect() for _ in range(self.size)]
        for connection in connections:
            connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        self.hold(connections, 600, lambda connection: connection.send(b"a"))


class SlowBodies(Attack):
    """Announce much, send a byte now and then."""

    def round(self):
        connections = [self.connect() for _ in range(self.size)]
        for connection in connections:
            length = random.choice([1000, 6_000_000, 60_000_000])
            path = b"/2015-03-31/functions" if length > 6_000_000 else b"/2015-03-31/functions/none/invocations"
            connection.sendall(b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n{" % (path, length))
        self.hold(connections, 600, lambda connection: connection.send(b" "))


class Idle(Attack):
    """Connections that never say a word."""

    def round(self):
        self.hold([self.connect() for _ in range(self.size)], 600)


class HalfOpen(Attack):
    """Say half a word, or nothing more, or that nothing more comes, or vanish."""

    def round(self):
        connections = []
        for number in range(self.size):
            connection = self.connect()
            connection.sendall([b"POST / HT", b"GET / HTTP/1.1\r\n", b""][number % 3])
            if number % 2:
                connection.shutdown(socket.SHUT_WR)
            if number % 5 == 0:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                connection.close()
            else:
                connections.append(connection)
        self.hold(connections, 2)


class DeafReaders(Attack):
    """Ask for large answers and do not read them."""

    def __init__(self, server, stop, size, path):
        super().__init__(server, stop, size)
        self.path = path

    def round(self):
        connections = []
        for _ in range(self.size):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(30)
            connection.connect(self.address)
            connection.sendall(b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}" % self.path.encode())
            connections.append(connection)
        self.hold(connections, 5)


class Ahead(Attack):
    """Requests sent ahead, as many as the server takes, and no answer read."""

    def round(self):
        selector = selectors.DefaultSelector()
        connections = [self.connect() for _ in range(self.size)]
        for connection in connections:
            connection.setblocking(False)
            selector.register(connection, selectors.EVENT_WRITE)
        requests = b"GET /2015-03-31/functions/ HTTP/1.1\r\nHost: localhost\r\n\r\n" * 500
        ends = time.monotonic() + 3
        while time.monotonic() < ends and selector.get_map() and not self.stop.is_set():
            for key, _ in selector.select(0.2):
                try:
                    key.fileobj.send(requests)
                except BlockingIOError:
                    pass
                except OSError:
                    selector.unregister(key.fileobj)
            self.stop.wait(0.1)
        for connection in connections:
            connection.close()


class LargeBodies(Attack):
    """Uploads of the largest size, several at once, none of which is a function."""

    def round(self):
        body = b'{"x": "' + b"a" * 60_000_000 + b'"}'
        threads = [threading.Thread(target=self.upload, args=(body,), daemon=True) for _ in range(self.size)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.stop.wait(1)

    def upload(self, body):
        try:
            with self.connect() as connection:
                connection.sendall(b"POST /2015-03-31/functions HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                                   % len(body))
                connection.sendall(body)
                connection.recv(1024)
        except OSError:
            pass
