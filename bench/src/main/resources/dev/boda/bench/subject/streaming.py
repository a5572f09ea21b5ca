"""A runtime client of its own, which a managed runtime imports and which never returns: it streams so many `bytes`,
keeps its answer open for `openMillis`, and ends it."""

import json
import os
import socket
import time

PATH = "/2018-06-01/runtime/invocation/"
PIECE_BYTES = 64 * 1024
PIECE = b"%x\r\n%b\r\n" % (PIECE_BYTES, b"x" * PIECE_BYTES)
NEXT = ("GET " + PATH + "next HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").encode()


def received(reader):
    """The headers and the body of an answer."""
    headers = {}
    reader.readline()
    while line := reader.readline().strip():
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    return headers, reader.read(int(headers.get("content-length", 0)))


def stream(connection, request_id, event):
    head = ("POST " + PATH + request_id + "/response HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/octet-stream\r\n"
            "Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n\r\n").encode()
    pieces, rest = divmod(event["bytes"], PIECE_BYTES)
    first = b"%x\r\n%b\r\n" % (rest, b"x" * rest) if rest else b""
    connection.sendall(head + first)
    for _ in range(pieces):
        connection.sendall(PIECE)
    if event["openMillis"]:
        time.sleep(event["openMillis"] / 1000)
    connection.sendall(b"0\r\n\r\n")


def run():
    host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].rsplit(":", 1)
    connection = socket.create_connection((host, int(port)))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    reader = connection.makefile("rb")
    while True:
        connection.sendall(NEXT)
        headers, body = received(reader)
        stream(connection, headers["lambda-runtime-aws-request-id"], json.loads(body))
        received(reader)


run()
