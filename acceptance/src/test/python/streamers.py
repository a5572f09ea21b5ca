"""Functions that stream, as a custom runtime does: AWS's Runtime API by hand, chunked, errors in trailers.

The module is imported by a managed runtime and never returns: it asks for events itself."""

from boda import python_function

# What an event may ask for:
#   chunks: texts, each sent by itself, `gap` seconds after the one before
#   bytes: so many in all, in pieces of `piece`; of chance by `seed`
#   fail: {"type", "body"} in the trailers; "early": to /error instead; "exit": a status; "sleep": seconds before the end
#   whole: the answer, not streamed; type: the content type; prelude: a text before everything, with eight NULs behind it
SOURCE = '''
import base64, json, os, random, socket, time

HOST, PORT = os.environ["AWS_LAMBDA_RUNTIME_API"].rsplit(":", 1)
BASE = "/2018-06-01/runtime/invocation/"
INVOCATIONS = 0


def connect():
    connection = socket.create_connection((HOST, int(PORT)))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection, connection.makefile("rb")


def answer(reader):
    status = int(reader.readline().split()[1])
    headers = {}
    while (line := reader.readline().strip()):
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    return status, headers, reader.read(int(headers.get("content-length", 0)))


def chunk(connection, data):
    connection.sendall(b"%x\\r\\n%b\\r\\n" % (len(data), data))


def head(path, *headers):
    return ("POST " + path + " HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n" + "".join(h + "\\r\\n" for h in headers) + "\\r\\n").encode()


def stream(connection, path, event):
    connection.sendall(head(path, "Content-Type: " + event.get("type", "text/plain"),
                            "Lambda-Runtime-Function-Response-Mode: streaming", "Transfer-Encoding: chunked",
                            "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body"))
    if "prelude" in event:
        chunk(connection, event["prelude"].encode() + bytes(8))
    for i, text in enumerate(event.get("chunks", [])):
        if i:
            time.sleep(event.get("gap", 0))
        chunk(connection, text.encode())
    left = event.get("bytes", 0)
    piece = b"x" * event.get("piece", 65536)
    chance = random.Random(event["seed"]) if "seed" in event else None
    began = time.monotonic()
    while left:
        part = (chance.randbytes(len(piece)) if chance else piece)[:left]
        chunk(connection, part)
        left -= len(part)
    if "bytes" in event:
        print("sent in", round(time.monotonic() - began, 3), "s", flush=True)
    time.sleep(event.get("sleep", 0))
    if "exit" in event:
        os._exit(event["exit"])
    trailers = b""
    if "fail" in event:
        body = base64.b64encode(json.dumps(event["fail"]["body"]).encode()).decode()
        trailers = ("Lambda-Runtime-Function-Error-Type: " + event["fail"]["type"]
                    + "\\r\\nLambda-Runtime-Function-Error-Body: " + body + "\\r\\n").encode()
    connection.sendall(b"0\\r\\n" + trailers + b"\\r\\n")


connection, reader = connect()
while True:
    connection.sendall(b"GET " + BASE.encode() + b"next HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n\\r\\n")
    _, headers, body = answer(reader)
    INVOCATIONS += 1
    request_id = headers["lambda-runtime-aws-request-id"]
    event = json.loads(body)
    if isinstance(event.get("body"), str) and event.get("version") == "2.0":
        event = json.loads(event["body"])
    print("invocation", INVOCATIONS, flush=True)
    if "early" in event:
        report = json.dumps(event["early"]).encode()
        connection.sendall(head(BASE + request_id + "/error", "Lambda-Runtime-Function-Error-Type: Function.Early",
                                "Content-Length: %d" % len(report)) + report)
    elif "whole" in event:
        report = event["whole"].encode()
        connection.sendall(head(BASE + request_id + "/response", "Content-Type: application/json",
                                "Content-Length: %d" % len(report)) + report)
    else:
        stream(connection, BASE + request_id + "/response", event)
    print("end of", INVOCATIONS, "was answered", answer(reader)[0], flush=True)
'''

STREAMER = python_function(SOURCE)
