"""Starts the packaged server, and makes the zips that functions are uploaded in."""

import base64
import http.client
import io
import json
import os
import re
import signal
import subprocess
import threading
import zipfile
from pathlib import Path
from urllib.parse import urlparse

HOME = Path(__file__).parents[4]
LAUNCHER = HOME / "boda"

# Version 2; `boda test` says where it is.
AWS_CLI = os.environ.get("BODA_TEST_AWS", "/usr/bin/aws")

READY = re.compile(r"ready at (http://\S+)")
LAST_START_LINE = "  try "


def aws_environment():
    """What a client needs, and nothing that would let a request leave the machine unnoticed."""
    inherited = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return {
        **inherited,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "NO_PROXY": "127.0.0.1,localhost",
    }


def launcher_environment(**more):
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("BODA_", "AWS_"))}
    return {**inherited, **more}


class Server:
    """One server process; ends with the block."""

    def __init__(self, data, *options, environment=None, command=(str(LAUNCHER),), process=None):
        """command: the launcher, and what starts it; process: how, in the words of subprocess.Popen."""
        self.data = data
        self.options = options
        self.environment = environment or {}
        self.command = command
        self.how = process or {}
        self.lines = []
        self.url = None
        self._ready = threading.Event()

    def __enter__(self):
        self.process = subprocess.Popen(
            [*self.command, "start", "--port", "0", "--data-dir", str(self.data), *self.options],
            env=launcher_environment(**self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **self.how,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._ready.wait(180) and self.url, "the server did not start:\n" + "\n".join(self.lines)
        return self

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            found = READY.search(line)
            if found:
                self.url = found.group(1)
            if line.startswith(LAST_START_LINE):
                self._ready.set()
        self._ready.set()

    def stop(self, signal_number=signal.SIGTERM):
        """Ends the server and returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        status = self.process.wait(60)
        self._reader.join(10)
        return status

    def __exit__(self, *_):
        self.stop()


class Caller:
    """One kept-alive connection. Unsigned: the client's own cost would be what is measured otherwise."""

    def __init__(self, server, name):
        address = urlparse(server.url)
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        self.connection.connect()
        self.path = f"/2015-03-31/functions/{name}/invocations"

    def call(self, payload=b"{}"):
        return self._call(payload, {})[0]

    def tail(self, payload=b"{}"):
        """The last lines of the call's log."""
        return base64.b64decode(self._call(payload, {"X-Amz-Log-Type": "Tail"})[1]["X-Amz-Log-Result"]).decode()

    def _call(self, payload, headers):
        self.connection.request("POST", self.path, payload, headers)
        response = self.connection.getresponse()
        body = response.read()
        assert response.status == 200 and "X-Amz-Function-Error" not in response.headers, (response.status, body)
        return json.loads(body), response.headers


def tail(response):
    """The last lines of an invocation's log, which it asked for."""
    return base64.b64decode(response["LogResult"]).decode()


def zipped(files, modes=None):
    """A zip of name → text or bytes; modes: name → Unix mode."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = ((modes or {}).get(name, 0o100644)) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def python_function(source):
    return zipped({"lambda_function.py": source})


def node_function(source, file="index.mjs"):
    return zipped({file: source})
