"""InvokeWithResponseStream through boto3: what a function streams arrives as it is written."""

import base64
import glob
import hashlib
import http.client
import json
import random
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

import pytest
from boda import Server
from botocore.exceptions import ClientError
from conftest import ROLE, client_factory
from streamers import STREAMER

MEGABYTE = 1 << 20
MOST_BYTES = 200 * MEGABYTE
STREAMS = 200


@pytest.fixture(scope="module")
def streamer(lambda_client):
    name = "streamer"
    lambda_client.create_function(FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="lambda_function.none",
                                  Code={"ZipFile": STREAMER}, Timeout=60, MemorySize=512)
    lambda_client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    yield name
    lambda_client.delete_function(FunctionName=name)


def stream(client, name, event, **members):
    return client.invoke_with_response_stream(FunctionName=name, Payload=json.dumps(event).encode(), **members)


def events(response):
    """(payloads, the last event)"""
    payloads, complete = [], None
    for event in response["EventStream"]:
        assert complete is None, "an event behind the last"
        if "PayloadChunk" in event:
            payloads.append(event["PayloadChunk"]["Payload"])
        else:
            complete = event["InvokeComplete"]
    assert complete is not None, "the stream broke off"
    return payloads, complete


def error(complete):
    assert complete["ErrorCode"] == "Unhandled"
    return json.loads(complete["ErrorDetails"])


def memory_of(server):
    """What the server's Java process occupies, in bytes."""
    for status in glob.glob("/proc/[0-9]*/status"):
        try:
            with open(status) as lines:
                facts = dict(line.rstrip("\n").split(":\t", 1) for line in lines if ":\t" in line)
            command = open(status.replace("status", "cmdline")).read()
        except OSError:
            continue
        if facts.get("Name") == "java" and str(server.data) in command:
            return int(facts["VmRSS"].split()[0]) * 1024
    raise AssertionError("no Java process has this server's data directory")


def test_chunks_arrive_when_they_are_written(lambda_client, streamer):
    stream(lambda_client, streamer, {"chunks": []})  # warm
    response = stream(lambda_client, streamer, {"chunks": ["one", "two", "three", "four"], "gap": 0.3})
    assert response["StatusCode"] == 200 and response["ExecutedVersion"] == "$LATEST"
    assert response["ResponseStreamContentType"] == "application/vnd.amazon.eventstream"
    arrivals, texts = [], []
    for event in response["EventStream"]:
        if "PayloadChunk" in event:
            arrivals.append(time.monotonic())
            texts.append(event["PayloadChunk"]["Payload"])
        else:
            assert event == {"InvokeComplete": {}}
    assert texts == [b"one", b"two", b"three", b"four"]
    gaps = [later - earlier for earlier, later in zip(arrivals, arrivals[1:])]
    assert all(0.2 < gap < 0.45 for gap in gaps), gaps


def test_an_answer_that_is_not_streamed_comes_whole(lambda_client, streamer):
    payloads, complete = events(stream(lambda_client, streamer, {"whole": '{"a":1}'}))
    assert payloads == [b'{"a":1}'] and complete == {}


def test_the_tail_of_the_log_comes_last(lambda_client, streamer):
    payloads, complete = events(stream(lambda_client, streamer, {"chunks": ["x"]}, LogType="Tail"))
    assert payloads == [b"x"]
    tail = base64.b64decode(complete["LogResult"]).decode()
    assert "START RequestId: " in tail and "REPORT RequestId: " in tail


def test_a_function_that_fails_in_the_middle(lambda_client, streamer):
    body = {"errorType": "Function.Broke", "errorMessage": "no luck"}
    payloads, complete = events(stream(lambda_client, streamer, {
        "chunks": ["half"], "fail": {"type": "Function.Broke", "body": body}}))
    assert payloads == [b"half"] and error(complete) == body


def test_a_function_that_fails_before_its_first_byte(lambda_client, streamer):
    report = {"errorType": "Function.Early", "errorMessage": "at once"}
    payloads, complete = events(stream(lambda_client, streamer, {"early": report}))
    assert payloads == [] and error(complete) == report


def test_a_runtime_that_exits_in_the_middle(lambda_client, streamer):
    response = stream(lambda_client, streamer, {"chunks": ["half"], "sleep": 0.3, "exit": 3}, LogType="Tail")
    payloads, complete = events(response)
    assert payloads == [b"half"]
    assert error(complete)["errorType"] in ("Runtime.TruncatedResponse", "Runtime.ExitError")
    assert "REPORT RequestId: " in base64.b64decode(complete["LogResult"]).decode()
    assert events(stream(lambda_client, streamer, {"chunks": ["sound"]}))[0] == [b"sound"]


def test_a_function_that_runs_into_its_timeout_in_the_middle(lambda_client, create, name):
    create(name, STREAMER, Timeout=1)
    response = stream(lambda_client, name, {"chunks": ["half"], "sleep": 30})
    payloads, complete = events(response)
    request_id = response["ResponseMetadata"]["RequestId"]
    assert payloads == [b"half"]
    assert error(complete) == {"errorType": "Sandbox.Timedout",
                               "errorMessage": f"RequestId: {request_id} Error: Task timed out after 1.00 seconds"}


def test_what_is_refused(lambda_client, streamer, name):
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        stream(lambda_client, name, {})
    assert stream(lambda_client, streamer, {}, InvocationType="DryRun")["StatusCode"] == 204
    with pytest.raises(ClientError) as refused:
        stream(lambda_client, streamer, {}, InvocationType="Event")
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_throttle_is_refused_before_the_stream(lambda_client, create, name):
    create(name, STREAMER)
    lambda_client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(lambda_client.exceptions.TooManyRequestsException) as refused:
        stream(lambda_client, name, {})
    assert refused.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"


def tcp(server):
    address = urlparse(server.url)
    return socket.create_connection((address.hostname, address.port))


def request(name, event):
    body = json.dumps(event).encode()
    return (f"POST /2021-11-15/functions/{name}/response-streaming-invocations HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def logged(logs_client, name, wanted, seconds=20):
    """Waits for a line of the function's log."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = logs_client.filter_log_events(logGroupName=f"/aws/lambda/{name}", filterPattern=f'"{wanted}"')
        except logs_client.exceptions.ResourceNotFoundException:
            continue
        if found["events"]:
            return [event["message"] for event in found["events"]]
    raise AssertionError(f"{wanted!r} was not logged")


def test_a_caller_who_goes_away_ends_nothing(server, lambda_client, logs_client, create, name):
    create(name, STREAMER, Timeout=20)
    lambda_client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    with tcp(server) as connection:
        connection.sendall(request(name, {"chunks": ["one", "two", "three"], "gap": 0.5}))
        assert b"one" in connection.recv(65536)[-200:] or b"one" in connection.recv(65536)
    assert logged(logs_client, name, "end of 1 was answered 202")
    # The same environment, which is sound: it counts on.
    assert events(stream(lambda_client, name, {"chunks": ["again"]})) == ([b"again"], {})
    assert logged(logs_client, name, "invocation 2")


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    """Whose memory nobody else changes."""
    with Server(tmp_path_factory.mktemp("data")) as running:
        client = client_factory(running)("lambda")
        client.create_function(FunctionName="streamer", Runtime="python3.12", Role=ROLE, Handler="lambda_function.none",
                               Code={"ZipFile": STREAMER}, Timeout=120, MemorySize=1769)
        client.get_waiter("function_active_v2").wait(FunctionName="streamer", WaiterConfig={"Delay": 1})
        yield running


def test_200_megabytes_with_flat_memory(own_server):
    client = client_factory(own_server)("lambda")

    def grown():
        before = most = memory_of(own_server)
        received, complete = 0, None
        for event in stream(client, "streamer", {"bytes": MOST_BYTES})["EventStream"]:
            if "PayloadChunk" in event:
                received += len(event["PayloadChunk"]["Payload"])
                if received % (20 * MEGABYTE) < 65536:
                    most = max(most, memory_of(own_server))
            else:
                complete = event["InvokeComplete"]
        assert received == MOST_BYTES and complete == {}
        return most - before

    # The first one makes the heap as large as it gets.
    assert grown() < 150 * MEGABYTE
    assert grown() < 30 * MEGABYTE


def test_one_byte_more_is_too_much(own_server):
    client = client_factory(own_server)("lambda")
    payloads, complete = events(stream(client, "streamer", {"bytes": MOST_BYTES + 1}))
    assert sum(map(len, payloads)) <= MOST_BYTES
    assert error(complete) == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": f"Response payload size exceeded maximum allowed payload size ({MOST_BYTES} bytes)."}
    assert events(stream(client, "streamer", {"chunks": ["sound"]}))[0] == [b"sound"]


def test_no_byte_is_lost_or_changed(lambda_client, streamer):
    payloads, _ = events(stream(lambda_client, streamer, {"bytes": 8 * MEGABYTE, "piece": 70_001, "seed": 7}))
    chance, sent = random.Random(7), b""
    while len(sent) < 8 * MEGABYTE:
        sent += chance.randbytes(70_001)
    assert hashlib.sha256(b"".join(payloads)).digest() == hashlib.sha256(sent[:8 * MEGABYTE]).digest()


def test_a_slow_reader_slows_the_function(own_server):
    client, logs = client_factory(own_server)("lambda"), client_factory(own_server)("logs")
    with tcp(own_server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.sendall(request("streamer", {"bytes": 64 * MEGABYTE}))
        assert connection.recv(1000)
        # Nothing is read for two seconds: the function stands still with most of its answer unsent.
        assert not threading.Event().wait(2)
        read = 0
        while read < 64 * MEGABYTE:
            read += len(connection.recv(1 << 20))
    took = [float(line.split()[2]) for line in logged(logs, "streamer", "sent in")]
    assert max(took) >= 1.9, took
    assert events(stream(client, "streamer", {"chunks": ["sound"]}))[0] == [b"sound"]


def test_200_streams_at_once(own_server, many_descriptors):
    def one(number):
        client = clients[number]
        payloads, complete = events(stream(client, "streamer", {
            "chunks": [f"{number}-{i};" for i in range(10)], "gap": 0.2}))
        assert complete == {}
        return b"".join(payloads).decode()

    make = client_factory(own_server)
    with ThreadPoolExecutor(STREAMS) as pool:
        clients = [make("lambda", max_pool_connections=1) for _ in range(STREAMS)]
        answers = list(pool.map(one, range(STREAMS)))
    assert answers == ["".join(f"{number}-{i};" for i in range(10)) for number in range(STREAMS)]


def test_streams_at_aws_pace(tmp_path):
    with Server(tmp_path / "data", "--aws-stream-rate") as server:
        client = client_factory(server)("lambda")
        client.create_function(FunctionName="streamer", Runtime="python3.12", Role=ROLE, Handler="lambda_function.none",
                               Code={"ZipFile": STREAMER}, Timeout=60)
        client.get_waiter("function_active_v2").wait(FunctionName="streamer", WaiterConfig={"Delay": 1})
        events(stream(client, "streamer", {"chunks": ["warm"]}))

        def seconds(megabytes):
            began = time.monotonic()
            payloads, _ = events(stream(client, "streamer", {"bytes": megabytes * MEGABYTE}))
            assert sum(map(len, payloads)) == megabytes * MEGABYTE
            return time.monotonic() - began

        assert seconds(6) < 1.5
        assert 1.9 < seconds(10) < 4


def test_an_old_http_client_gets_its_stream(server, streamer):
    """HTTP/1.0 knows no chunks: the connection's end is the answer's."""
    with tcp(server) as connection:
        connection.sendall(request(streamer, {"chunks": ["one"]}).replace(b"HTTP/1.1", b"HTTP/1.0"))
        response = http.client.HTTPResponse(connection)
        response.begin()
        body = response.read()
    assert response.status == 200 and b"one" in body and b"InvokeComplete" in body
