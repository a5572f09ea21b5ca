"""Asynchronous invocation from outside: 202, retries, destinations, what a function's end and a server's end leave."""

import json
import signal
import time

import pytest
from boda import Server, python_function
from botocore.exceptions import ClientError
from conftest import ROLE, client_factory

# Fails as often as its event says, and tells.
FUNCTION = python_function("""
import json, os, time
def lambda_handler(event, context):
    print("ran", json.dumps(event), context.aws_request_id, flush=True)
    time.sleep(event.get("sleep", 0)) if isinstance(event, dict) else None
    if isinstance(event, dict) and event.get("fail"):
        raise ValueError("no luck")
    return {"done": event}
""")


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A server whose retries come soon."""
    data = tmp_path_factory.mktemp("async") / "data"
    with Server(data, "--async-retry-delay", "1s") as running:
        yield running


@pytest.fixture(scope="module")
def client(quick):
    return client_factory(quick)("lambda")


@pytest.fixture(scope="module")
def logs(quick):
    return client_factory(quick)("logs")


def make(client, name, package=FUNCTION, **members):
    client.create_function(FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="lambda_function.lambda_handler",
                           Code={"ZipFile": package}, **members)
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})


def send(client, name, event, **members):
    answer = client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event).encode(), **members)
    assert answer["StatusCode"] == 202 and answer["Payload"].read() == b""
    assert "ExecutedVersion" not in answer and "FunctionError" not in answer
    return answer["ResponseMetadata"]["RequestId"]


def ran(logs, name, count, seconds=30):
    """Waits for that many runs: (time, event, request id) of each."""
    end = time.monotonic() + seconds
    found = []
    while time.monotonic() < end and len(found) < count:
        try:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{name}", filterPattern="ran")
            found = [(event["timestamp"], json.loads(event["message"].rstrip()[4:-37]), event["message"].rstrip()[-36:])
                     for page in pages for event in page["events"]]
        except logs.exceptions.ResourceNotFoundException:
            continue
    assert len(found) >= count, f"{len(found)} of {count} runs"
    return found


def test_an_event_is_accepted_and_runs(client, logs, name):
    make(client, name)
    request_id = send(client, name, {"n": 1})
    [(_, event, run_id)] = ran(logs, name, 1)
    assert event == {"n": 1} and run_id == request_id


def test_a_function_error_is_tried_twice_again(client, logs, name):
    make(client, name)
    request_id = send(client, name, {"fail": True})
    runs = ran(logs, name, 3)
    assert {run_id for _, _, run_id in runs} == {request_id}
    first, second, third = [when / 1000 for when, _, _ in runs]
    assert 0.9 < second - first < 4 and 1.9 < third - second < 6
    assert len(ran(logs, name, 3)) == 3


def test_destinations_hear_how_it_ended(client, logs, name):
    told = name + "-told"
    make(client, told)
    make(client, name)
    arn = f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
    target = f"arn:aws:lambda:us-east-1:000000000000:function:{told}"
    client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1, DestinationConfig={
        "OnSuccess": {"Destination": target}, "OnFailure": {"Destination": target}})
    good, bad = send(client, name, {"n": 1}), send(client, name, {"fail": True})
    records = {record["requestContext"]["requestId"]: record for _, record, _ in ran(logs, told, 2)}
    success, failure = records[good], records[bad]
    assert success["version"] == "1.0" and success["requestPayload"] == {"n": 1}
    assert success["requestContext"] == {"requestId": good, "functionArn": arn + ":$LATEST", "condition": "Success",
                                         "approximateInvokeCount": 1}
    assert success["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert success["responsePayload"] == {"done": {"n": 1}}
    assert failure["requestContext"]["condition"] == "RetriesExhausted"
    assert failure["requestContext"]["approximateInvokeCount"] == 2
    assert failure["responseContext"]["functionError"] == "Unhandled"
    assert failure["responsePayload"]["errorMessage"] == "no luck"


def test_a_function_that_is_switched_off_sends_straight_to_its_failure_destination(client, logs, name):
    told = name + "-told"
    make(client, told)
    make(client, name)
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    client.put_function_event_invoke_config(FunctionName=name, DestinationConfig={
        "OnFailure": {"Destination": f"arn:aws:lambda:us-east-1:000000000000:function:{told}"}})
    request_id = send(client, name, {"n": 1})
    [(_, record, _)] = ran(logs, told, 1)
    assert record["requestContext"]["requestId"] == request_id
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert "responsePayload" not in record


def test_a_throttled_event_waits(client, logs, name):
    make(client, name, Timeout=20)
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    for n in range(4):
        send(client, name, {"n": n, "sleep": 1})
    assert sorted(event["n"] for _, event, _ in ran(logs, name, 4, seconds=60)) == [0, 1, 2, 3]


def test_what_is_refused(client, name):
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        send(client, name, {})
    make(client, name)
    with pytest.raises(client.exceptions.InvalidRequestContentException):
        client.invoke(FunctionName=name, InvocationType="Event", Payload=b"no json")
    with pytest.raises(ClientError) as large:
        client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps("x" * (1 << 20)).encode())
    assert large.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
    assert "too large for the Event invocation type (limit 1048576 bytes)" in str(large.value)
    send(client, name, "x" * ((1 << 20) - 2))


def test_an_old_client(client, logs, name):
    """InvokeAsync, which boto3 still has."""
    make(client, name)
    answer = client.invoke_async(FunctionName=name, InvokeArgs=b'{"n": "old"}')
    assert answer["Status"] == 202
    assert ran(logs, name, 1)[0][1] == {"n": "old"}
    with pytest.raises(client.exceptions.InvalidRequestContentException):
        client.invoke_async(FunctionName=name, InvokeArgs=b"no json")
    with pytest.raises(ClientError) as large:
        client.invoke_async(FunctionName=name, InvokeArgs=json.dumps("x" * (256 << 10)).encode())
    assert large.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_events_of_a_function_that_is_deleted_go_with_it(client, logs, name):
    make(client, name)
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    for n in range(5):
        send(client, name, {"n": n, "sleep": 1})
    ran(logs, name, 1)
    client.delete_function(FunctionName=name)
    make(client, name)
    send(client, name, {"n": "new"})
    assert [event["n"] for _, event, _ in ran(logs, name, 2)][-1] == "new"


def test_events_outlive_a_killed_server(tmp_path, name):
    data = tmp_path / "data"
    with Server(data) as server:
        client = client_factory(server)("lambda")
        make(client, name, Timeout=60)
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
        # None is over before the kill: its log could be lost with the server.
        ids = {send(client, name, {"n": n, "sleep": 0.2 if n else 10}) for n in range(20)}
        server.stop(signal.SIGKILL)
    with Server(data) as server:
        logs = client_factory(server)("logs")
        deadline = time.monotonic() + 60
        while missing := ids - {run_id for _, _, run_id in ran(logs, name, 1)}:
            assert time.monotonic() < deadline, missing


def test_an_event_runs_by_its_alias(client, logs, name):
    make(client, name)
    client.publish_version(FunctionName=name)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    send(client, name, {"n": 1}, Qualifier="live")
    ran(logs, name, 1)
    streams = logs.describe_log_streams(logGroupName=f"/aws/lambda/{name}")["logStreams"]
    assert all("[1]" in stream["logStreamName"] for stream in streams)
