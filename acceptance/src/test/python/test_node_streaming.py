"""Node.js functions that stream their response (awslambda.streamifyResponse), called by Invoke, which waits for the whole."""

import json
import socket
import time
from urllib.parse import urlparse

import pytest
from boda import node_function, tail

RUNTIMES = ["nodejs20.x", "nodejs24.x"]

# What the event names; the count of invocations shows whether an environment is still the same.
SOURCE = """
import { pipeline } from 'node:stream/promises';
const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
let count = 0;
const cases = {
  async count(event, stream) { stream.end(String(count)); },
  async context(event, stream, context) {
    stream.write({ id: context.awsRequestId, name: context.functionName, left: context.getRemainingTimeInMillis(),
      done: typeof context.done, event });
    stream.end();
  },
  async metadata(event, stream) {
    const http = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'X-A': 'b' } });
    http.write('bo');
    await sleep(20);
    http.write('dy');
    http.end();
  },
  async bytes(event, stream) {
    await pipeline(function* () { for (let i = 0; i < event.pieces; i++) yield Buffer.alloc(event.size, i); }, stream);
  },
  async before() { throw new RangeError('no luck'); },
  async middle(event, stream) { stream.write('some'); await sleep(20); throw new TypeError('half way'); },
  async after(event, stream) { stream.end('whole'); throw new Error('late'); },
  async exit(event, stream) { stream.write('some'); await sleep(20); process.exit(3); },
  async uncaught(event, stream) {
    stream.write('some');
    setTimeout(() => { throw new Error('nobody catches'); }, 20);
    await sleep(1000);
  },
  async open(event, stream) { stream.write('some'); },
  async slow(event, stream) {
    for (let i = 0; i < 15; i++) { stream.write('x'); await sleep(20); }
    stream.end();
    console.log('to the end');
  },
};
const handler = async (event, stream, context) => { count++; await cases[event.what](event, stream, context); };
export const streams = awslambda.streamifyResponse(handler);
"""


@pytest.fixture(params=RUNTIMES)
def call(request, create, lambda_client, name):
    """Calls one function: call(what, …) → its answer's bytes, and the whole response."""
    create(name, node_function(SOURCE), Runtime=request.param, Handler="index.streams", Timeout=3)

    def invoke(what, **event):
        response = lambda_client.invoke(
            FunctionName=name, Payload=json.dumps({"what": what, **event}), LogType="Tail")
        return response["Payload"].read(), response

    return invoke


def test_an_answer_comes_whole(call, name):
    body, response = call("context", more=[1])
    assert response["StatusCode"] == 200 and "FunctionError" not in response
    seen = json.loads(body)
    assert seen["id"] == response["ResponseMetadata"]["RequestId"] and seen["name"] == name
    assert 0 < seen["left"] <= 3000 and seen["done"] == "undefined"
    assert seen["event"] == {"what": "context", "more": [1]}


def test_metadata_comes_as_it_was_written(call):
    body, _ = call("metadata")
    assert body == b'{"statusCode":201,"headers":{"X-A":"b"}}' + bytes(8) + b"body"


def test_five_megabytes_come_byte_by_byte(call):
    body, _ = call("bytes", pieces=50, size=100_000)
    assert body == b"".join(bytes([i]) * 100_000 for i in range(50))


@pytest.mark.parametrize("pieces", [80, 1500])
def test_more_than_six_megabytes_are_refused_and_the_environment_goes_on(call, pieces):
    body, response = call("bytes", pieces=pieces, size=100_000)
    assert response["FunctionError"] == "Unhandled"
    assert json.loads(body)["errorType"] == "Function.ResponseSizeTooLarge"
    assert call("count")[0] == b"2"


@pytest.mark.parametrize("what, type, message", [
    ("before", "RangeError", "no luck"),
    ("middle", "TypeError", "half way"),
])
def test_a_failure_is_the_function_s_error_and_the_environment_goes_on(call, what, type, message):
    body, response = call(what)
    assert response["FunctionError"] == "Unhandled"
    error = json.loads(body)
    assert (error["errorType"], error["errorMessage"]) == (type, message)
    assert error["trace"][0] == f"{type}: {message}"
    assert f'\tERROR\tInvoke Error \t{{"errorType":"{type}"' in tail(response)
    assert call("count")[0] == b"2"


def test_a_failure_after_the_end_is_only_logged(call):
    body, response = call("after")
    assert body == b"whole" and "FunctionError" not in response
    assert '"errorMessage":"late"' in tail(response)
    assert call("count")[0] == b"2"


@pytest.mark.parametrize("what", ["exit", "uncaught"])
def test_a_process_that_ends_in_the_middle_breaks_its_answer_off(call, what):
    body, response = call(what)
    assert response["FunctionError"] == "Unhandled"
    assert json.loads(body) == {"errorType": "Runtime.TruncatedResponse", "errorMessage": "Response truncated"}
    assert (what == "exit") or '"errorMessage":"nobody catches"' in tail(response)
    assert "Status: error\tError Type: Runtime.ExitError" in tail(response)
    assert call("count")[0] == b"1"


def test_a_stream_that_is_not_ended_runs_into_the_timeout(call):
    body, response = call("open")
    assert response["FunctionError"] == "Unhandled"
    assert json.loads(body)["errorType"] == "Sandbox.Timedout"
    assert call("count")[0] == b"1"


def test_a_caller_who_goes_away_leaves_the_environment_sound(call, server, name, log_messages):
    address = urlparse(server.url)
    assert call("count")[0] == b"1"
    payload = b'{"what": "slow"}'
    with socket.create_connection((address.hostname, address.port)) as caller:
        caller.sendall(
            f"POST /2015-03-31/functions/{name}/invocations HTTP/1.1\r\nHost: {address.netloc}\r\n"
            f"Content-Length: {len(payload)}\r\n\r\n".encode() + payload)
        log_messages(lambda lines: sum(line.startswith("START ") for line in lines) == 2)
    log_messages(lambda lines: any("to the end" in line for line in lines)
                 and sum(line.startswith("REPORT ") for line in lines) == 2)
    assert call("count")[0] == b"3"


@pytest.fixture
def log_messages(logs_client, name):
    """Waits until the function's log is as it should be."""

    def wait(condition):
        lines = []
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            lines = []
            for stream in logs_client.describe_log_streams(logGroupName=f"/aws/lambda/{name}")["logStreams"]:
                events = logs_client.get_log_events(
                    logGroupName=f"/aws/lambda/{name}", logStreamName=stream["logStreamName"], startFromHead=True)
                lines += [event["message"] for event in events["events"]]
            if condition(lines):
                return lines
            time.sleep(0.05)
        raise AssertionError("the log is:\n" + "".join(lines))

    return wait
