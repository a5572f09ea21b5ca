"""What debuggers speak: Node.js's inspector protocol, the Debug Adapter Protocol, and jdb; and `boda debug` itself."""

import base64
import json
import os
import queue
import re
import signal
import socket
import struct
import subprocess
import threading
import time
import urllib.request

from boda import LAUNCHER, launcher_environment

SECONDS = 60


class BodaDebug:
    """`boda debug` as a process: ends with the block, by Ctrl-C."""

    def __init__(self, server, function, *options):
        self.process = subprocess.Popen(
            [str(LAUNCHER), "debug", function, "--data-dir", str(server.data), *options],
            env=launcher_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True)
        self.lines = []
        self._read = queue.Queue()
        threading.Thread(target=self._reader, daemon=True).start()

    def _reader(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            self._read.put(line)
        self._read.put(None)

    def __enter__(self):
        while True:
            line = self._read.get(timeout=SECONDS)
            assert line is not None, "\n".join(self.lines)
            found = re.search(r"attach to 127\.0\.0\.1:(\d+)\.", line)
            if found:
                self.port = int(found.group(1))
            if line.startswith("Ctrl-C"):
                return self

    def stop(self, signal_number=signal.SIGINT):
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        return self.process.wait(SECONDS)

    def refusal(self):
        """What it says when it does not begin."""
        self.process.wait(SECONDS)
        while self._read.get(timeout=SECONDS) is not None:
            pass
        return self.process.returncode, "\n".join(self.lines)

    def __exit__(self, *_):
        self.stop()


def closed(port):
    """Waits until nobody listens at the port."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except ConnectionRefusedError:
            return True
    return False


class Inspector:
    """A client of Node.js's inspector: HTTP for where it is, a WebSocket for what it does."""

    def __init__(self, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=SECONDS) as answer:
            path = json.load(answer)[0]["webSocketDebuggerUrl"].split("/", 3)[3]
        self.socket = socket.create_connection(("127.0.0.1", port), SECONDS)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET /{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
                             f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                             "Sec-WebSocket-Version: 13\r\n\r\n").encode())
        self.stream = self.socket.makefile("rb")
        assert b" 101 " in self.stream.readline()
        while self.stream.readline() != b"\r\n":
            pass
        self.number = 0
        self.events = []

    def _frame(self):
        first, second = self.stream.read(2)
        length = second & 0x7F
        if length == 126:
            length = struct.unpack(">H", self.stream.read(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", self.stream.read(8))[0]
        return first & 0xF, self.stream.read(length)

    def _next(self):
        kind, payload = self._frame()
        assert kind == 1, (kind, payload)
        return json.loads(payload)

    def call(self, method, **parameters):
        self.number += 1
        text = json.dumps({"id": self.number, "method": method, "params": parameters}).encode()
        mask = os.urandom(4)
        length = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + struct.pack(">H", len(text))
        self.socket.sendall(b"\x81" + length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(text)))
        while True:
            message = self._next()
            if message.get("id") == self.number:
                assert "error" not in message, message
                return message["result"]
            self.events.append(message)

    def event(self, name):
        for message in self.events:
            if message["method"] == name:
                self.events.remove(message)
                return message["params"]
        while True:
            message = self._next()
            if message.get("method") == name:
                return message["params"]
            self.events.append(message)

    def close(self):
        self.stream.close()
        self.socket.close()


class Dap:
    """A client of the Debug Adapter Protocol, attached."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), SECONDS)
        self.stream = self.socket.makefile("rb")
        self.number = 0
        self.kept = []
        self.call("initialize", adapterID="boda", pathFormat="path")
        self.attach = self.send("attach", justMyCode=False)
        self.event("initialized")

    def configured(self):
        """Breakpoints are set: the program goes on, if it waits."""
        self.call("configurationDone")
        self._await(lambda message: message.get("request_seq") == self.attach)

    def send(self, command, **arguments):
        self.number += 1
        body = json.dumps({"seq": self.number, "type": "request", "command": command, "arguments": arguments}).encode()
        self.socket.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        return self.number

    def call(self, command, **arguments):
        number = self.send(command, **arguments)
        answer = self._await(lambda message: message.get("request_seq") == number)
        assert answer["success"], answer
        return answer.get("body", {})

    def event(self, name):
        return self._await(lambda message: message.get("event") == name).get("body", {})

    def _await(self, wanted):
        for message in self.kept:
            if wanted(message):
                self.kept.remove(message)
                return message
        while True:
            length = 0
            for line in iter(self.stream.readline, b"\r\n"):
                assert line, "the debugger's connection ended"
                length = int(line.split(b":")[1])
            message = json.loads(self.stream.read(length))
            if wanted(message):
                return message
            self.kept.append(message)

    def close(self):
        self.stream.close()
        self.socket.close()


class Jdb:
    """The JDK's own debugger, which speaks the Java Debug Wire Protocol."""

    def __init__(self, program, port):
        self.process = subprocess.Popen([program, "-attach", f"127.0.0.1:{port}"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.said = ""
        self._changed = threading.Condition()
        threading.Thread(target=self._reader, daemon=True).start()

    def _reader(self):
        while chunk := os.read(self.process.stdout.fileno(), 4096):
            with self._changed:
                self.said += chunk.decode(errors="replace")
                self._changed.notify_all()

    def do(self, command, expected):
        """Types a command and waits for something to be said."""
        with self._changed:
            self.said = ""
        self.process.stdin.write((command + "\n").encode())
        self.process.stdin.flush()
        return self.wait(expected)

    def wait(self, expected):
        with self._changed:
            assert self._changed.wait_for(lambda: re.search(expected, self.said), SECONDS), self.said
            return self.said

    def close(self):
        self.process.kill()
        self.process.wait()
