"""Uses a server as its users do, so that the JVM writes down what that takes (JEP 483, 515): `./boda` calls it once built.

    python3 tools/train.py URL

Creates a function, invokes it for some seconds, now and for later, reads its log and deletes it again. Fails if the server does.
"""

import base64
import hashlib
import hmac
import io
import json
import socket
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor

ALONE_SECONDS = 3
CROWD_SECONDS = 4
EVENTS_SECONDS = 3
CROWD = 16
ACTIVE_SECONDS = 20
OK, ACCEPTED = 200, 202
KEY, SECRET, REGION = "test", "test", "us-east-1"
FUNCTION = "/2015-03-31/functions"
# Whatever proxy the user has: the server is on this machine.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
LOG_GROUP = "/aws/lambda/training"
CODE = "def handler(event, context):\n    print('trained')\n    return event\n"


def signed(url, method, path, body, service, headers):
    """The headers of a request with Signature Version 4, as an SDK makes them."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    day, digest = moment[:8], hashlib.sha256(body).hexdigest()
    headers = {"host": urllib.parse.urlsplit(url).netloc, "x-amz-date": moment, "x-amz-content-sha256": digest, **headers}
    names = ";".join(sorted(headers))
    canonical = "\n".join([method, path, "", *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names, digest])
    scope = f"{day}/{REGION}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + SECRET.encode()
    for part in (*scope.split("/"), text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    credential = f"Credential={KEY}/{scope}, SignedHeaders={names}, Signature={key.hex()}"
    return {**headers, "authorization": f"AWS4-HMAC-SHA256 {credential}"}


def call(url, method, path, content=None, service="lambda", **headers):
    body = b"" if content is None else json.dumps(content).encode()
    headers = signed(url, method, path, body, service, {"content-type": "application/json", **headers})
    request = urllib.request.Request(url + path, data=body or None, headers=headers, method=method)
    with DIRECT.open(request, timeout=30) as answer:
        return answer.read()


def logs(url, operation, content):
    return call(url, "POST", "/", content, "logs", **{"x-amz-target": f"Logs_20140328.{operation}"})


def archive():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as entries:
        entries.writestr("index.py", CODE)
    return base64.b64encode(written.getvalue()).decode()


def invoke_until(url, end, kind, status):
    """One caller who calls again as soon as he is answered."""
    address = urllib.parse.urlsplit(url)
    path, body = f"{FUNCTION}/training/invocations", b'{"trained":true}'
    headers = signed(url, "POST", path, body, "lambda", {"content-type": "application/json", "x-amz-invocation-type": kind})
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), f"content-length: {len(body)}"]
    request = "\r\n".join([*lines, "", ""]).encode() + body
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        while time.monotonic() < end:
            connection.sendall(request)
            answer = connection.recv(65536)
            if not answer.startswith(b"HTTP/1.1 %d " % status):
                raise ConnectionError(f"the server answered an invocation with {answer[:100]!r}")


def train(url):
    call(url, "POST", FUNCTION, {
        "FunctionName": "training", "Runtime": "python3.13", "Handler": "index.handler",
        "Role": "arn:aws:iam::000000000000:role/training", "Code": {"ZipFile": archive()}})
    deadline = time.monotonic() + ACTIVE_SECONDS
    while json.loads(call(url, "GET", f"{FUNCTION}/training"))["Configuration"]["State"] != "Active":
        if time.monotonic() > deadline:
            raise TimeoutError("the function did not become active")
        time.sleep(0.05)
    call(url, "POST", f"{FUNCTION}/training/invocations", {}, **{"x-amz-log-type": "Tail"})
    invoke_until(url, time.monotonic() + ALONE_SECONDS, "RequestResponse", OK)
    for kind, status, seconds in (("RequestResponse", OK, CROWD_SECONDS), ("Event", ACCEPTED, EVENTS_SECONDS)):
        end = time.monotonic() + seconds
        with ThreadPoolExecutor(CROWD) as crowd:
            for caller in [crowd.submit(invoke_until, url, end, kind, status) for _ in range(CROWD)]:
                caller.result()
    logs(url, "DescribeLogStreams", {"logGroupName": LOG_GROUP})
    logs(url, "FilterLogEvents", {"logGroupName": LOG_GROUP, "filterPattern": "trained", "limit": 100})
    call(url, "GET", f"{FUNCTION}/")
    call(url, "PUT", f"{FUNCTION}/training/configuration", {"Timeout": 5})
    call(url, "DELETE", f"{FUNCTION}/training")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        train(sys.argv[1].rstrip("/"))
    except (OSError, urllib.error.HTTPError) as failed:
        sys.exit(f"tools/train.py: {failed}")
