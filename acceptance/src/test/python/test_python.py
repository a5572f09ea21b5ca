"""Python functions as AWS runs them: where handlers are found, what they answer, raise and write, and how they end."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from boda import python_function, tail, zipped
from test_logging_config import messages, objects

# The newest and the oldest rules that answers are written by; stand-ins run them where this machine has no such Python.
RUNTIMES = ["python3.9", "python3.14"]

HANDLER = "def handler(event, context):\n    return __name__\n"

MODULES = zipped({
    "plain.py": HANDLER,
    "package/__init__.py": "from .inner import handler\n",
    "package/inner.py": HANDLER,
    "folder/deep/module.py": HANDLER,  # no __init__.py: a namespace package
    "called.py": "class Called:\n    def __call__(self, event, context):\n        return 'an object'\nhandler = Called()\n",
    "dashed-name.py": HANDLER,
    "layered/uses.py": "from package.inner import handler as other\n"
                       "def handler(event, context):\n    return 'by ' + other(event, context)\n",
})

FOUND = {
    "plain.handler": "plain",
    "package.handler": "package.inner",
    "package/inner.handler": "package.inner",
    "package.inner.handler": "package.inner",
    "folder/deep/module.handler": "folder.deep.module",
    "folder.deep.module.handler": "folder.deep.module",
    "folder/deep.module.handler": "folder.deep.module",
    "called.handler": "an object",
    "dashed-name.handler": "dashed-name",
    "layered/uses.handler": "by package.inner",
}


def test_handlers_are_found_by_dots_and_slashes(create, invoke, name):
    def called(number, handler):
        create(f"{name}-{number}", MODULES, Handler=handler)
        return invoke(f"{name}-{number}", {})[0]

    with ThreadPoolExecutor(5) as pool:
        assert dict(zip(FOUND, pool.map(called, range(len(FOUND)), FOUND))) == FOUND


ANSWERS = """
import asyncio, collections, datetime, decimal, enum

Point = collections.namedtuple("Point", "x y")

class Colour(str, enum.Enum):
    RED = "red"

async def later():
    return 1

GIVEN = {
    "records": lambda: [Point(1, Point(2, decimal.Decimal("1.10")))],
    "keys": lambda: {1: "int", None: "none", True: "bool", b"bytes": b"bytes"},
    "enum": lambda: {"colour": Colour.RED},
    "text": lambda: "é",
    "raw": lambda: b"raw bytes",
    "nothing": lambda: None,
    "date": lambda: datetime.date(2026, 11, 22),
    "coroutine": later,
}

def lambda_handler(event, context):
    return GIVEN[event]()
"""


@pytest.mark.parametrize("runtime, text", [("python3.9", '"\\u00e9"'), ("python3.14", '"é"')])
def test_answers_are_written_as_aws_writes_them(lambda_client, create, invoke, name, runtime, text):
    create(name, python_function(ANSWERS), Runtime=runtime)

    def raw(what):
        return lambda_client.invoke(FunctionName=name, Payload=json.dumps(what))["Payload"].read().decode()

    assert raw("records") == '[{"x": 1, "y": {"x": 2, "y": 1.10}}]'
    assert raw("keys") == '{"1": "bool", "null": "none", "bytes": "bytes"}'
    assert raw("enum") == '{"colour": "red"}'
    assert (raw("text"), raw("raw"), raw("nothing")) == (text, "raw bytes", "null")
    for what, kind in ("date", "date"), ("coroutine", "coroutine"):
        body, response = invoke(name, what)
        assert response["FunctionError"] == "Unhandled"
        assert (body["errorType"], body["errorMessage"]) == (
            "Runtime.MarshalError", f"Unable to marshal response: Object of type {kind} is not JSON serializable")


ERRORS = """
import sys

class OrderError(Exception):
    pass

def check(order):
    raise OrderError("no order\\nno money")

def deep(levels):
    return deep(levels - 1) if levels else check(None)

def lambda_handler(event, context):
    if event == "cause":
        try:
            check(None)
        except OrderError as cause:
            raise KeyError("wrapped") from cause
    if event == "deep":
        deep(10)
    if event == "exit":
        sys.exit("leaving")
    check(event)
"""


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_errors_have_the_functions_own_frames(create, invoke, name, runtime):
    create(name, python_function(ERRORS), Runtime=runtime)
    body, response = invoke(name, {}, LogType="Tail")
    assert body == {
        "errorMessage": "no order\nno money",
        "errorType": "OrderError",
        "requestId": response["ResponseMetadata"]["RequestId"],
        "stackTrace": [
            '  File "/var/task/lambda_function.py", line 23, in lambda_handler\n    check(event)\n',
            '  File "/var/task/lambda_function.py", line 8, in check\n    raise OrderError("no order\\nno money")\n'],
    }
    assert ('[ERROR] OrderError: no order\nno money\nTraceback (most recent call last):\n'
            '\u00a0\u00a0File "/var/task/lambda_function.py", line 23, in lambda_handler\n') in tail(response)
    body, _ = invoke(name, "cause")
    assert (body["errorType"], body["errorMessage"]) == ("KeyError", "'wrapped'")
    assert len(body["stackTrace"]) == 1
    body, _ = invoke(name, "deep")
    assert "  [Previous line repeated 8 more times]\n" in body["stackTrace"]
    body, _ = invoke(name, "exit")
    assert body["errorMessage"].endswith("Error: Runtime exited with error: exit status 1")


def test_a_failing_init_is_told_with_its_frames(create, invoke, name):
    create(name, zipped({"lambda_function.py": "import other\n", "other.py": "raise LookupError('no settings')\n"}))
    body, response = invoke(name, {}, LogType="Tail")
    assert response["FunctionError"] == "Unhandled"
    assert (body["errorType"], body["errorMessage"], body["requestId"]) == ("LookupError", "no settings", "")
    assert body["stackTrace"][-1] == "  File \"/var/task/other.py\", line 1, in <module>\n    raise LookupError('no settings')\n"
    assert "LAMBDA_WARNING: Unhandled exception." in tail(response)


LOGGING = python_function("""
import asyncio, logging

log = logging.getLogger("orders")

def lambda_handler(event, context):
    log.debug("debugged")
    log.info("informed %s", {"a": 1})
    log.warning({"object": [1, 2]})
    try:
        raise ValueError("first\\nsecond")
    except ValueError:
        log.exception("caught\\nit")
    context.log("as it is\\n")
    print("printed\\nin lines")
    return type(logging.getLogger().handlers[0]).__name__
""")


def test_text_logs_have_a_level_a_time_and_a_request(create, invoke, name):
    create(name, LOGGING, Environment={"Variables": {"AWS_LAMBDA_LOG_LEVEL": "INFO"}})
    answer, response = invoke(name, {}, LogType="Tail")
    assert answer == "LambdaLoggerHandler"
    request_id, lines = response["ResponseMetadata"]["RequestId"], tail(response)
    assert "debugged" not in lines
    assert f"Z\t{request_id}\tinformed {{'a': 1}}\n" in lines
    assert f"Z\t{request_id}\tcaught\nit\nTraceback (most recent call last):\n" in lines
    assert "ValueError: first\nsecond\n" in lines
    assert "as it is\nprinted\nin lines\n" in lines


def test_an_event_of_the_log_has_all_its_lines(logs_client, create, invoke, name):
    create(name, LOGGING)
    invoke(name, {})
    found = messages(logs_client, "/aws/lambda/" + name, lambda found: any("REPORT" in one for one in found))
    assert [one.split("\t")[-1] for one in found if "in lines" in one] == ["printed\nin lines"]
    [caught] = [one for one in found if "caught" in one]
    assert caught.startswith("[ERROR]\t") and caught.endswith("ValueError: first\nsecond")
    assert not any("informed" in one for one in found)  # below WARNING, where nobody says otherwise


def test_json_logs_have_the_members_that_aws_gives_them(logs_client, create, invoke, name):
    create(name, LOGGING, LoggingConfig={"LogFormat": "JSON"})
    _, response = invoke(name, {})
    found = messages(logs_client, "/aws/lambda/" + name, lambda found: any("platform.report" in one for one in found))
    informed, warned, caught = [one for one in objects(found) if "level" in one]
    assert informed["message"] == "informed {'a': 1}" and "location" not in informed
    assert warned["message"] == {"object": [1, 2]}
    assert caught["requestId"] == response["ResponseMetadata"]["RequestId"]
    assert (caught["errorType"], caught["errorMessage"]) == ("ValueError", "first\nsecond")
    assert caught["location"] == "/var/task/lambda_function.py:lambda_handler:13"
    assert caught["stackTrace"] == [
        '  File "/var/task/lambda_function.py", line 11, in lambda_handler\n    raise ValueError("first\\nsecond")\n']


CONTEXT = python_function("""
import os, time

def lambda_handler(event, context):
    before = context.get_remaining_time_in_millis()
    time.sleep(0.1)
    return {"before": before, "after": context.get_remaining_time_in_millis(), "trace": os.environ["_X_AMZN_TRACE_ID"],
            "w3c": context.w3c(), "custom": context.client_context.custom, "client": context.client_context.client.app_title,
            "kept": "w3c" in vars(type(context.client_context)), "identity": context.identity.cognito_identity_id}
""")


def test_the_context_counts_down_and_the_trace_is_the_callers(clients, create, name):
    create(name, CONTEXT, Timeout=9)
    client = clients("lambda")
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    client.meta.events.register("before-sign.lambda.Invoke", lambda request, **_: request.headers.add_header(
        "X-Amzn-Trace-Id", trace))
    said = {"custom": {"k": "v"}, "client": {"app_title": "shop"}, "w3c": {"traceparent": "00-1-2-01", "tracestate": 7}}
    answer = json.load(client.invoke(
        FunctionName=name, ClientContext=base64.b64encode(json.dumps(said).encode()).decode())["Payload"])
    assert 8000 < answer["after"] <= answer["before"] - 100 <= 8900
    root, _, sampled, *_ = answer["trace"].split(";")
    assert (root, sampled) == ("Root=1-5759e988-bd862e3fe1be46a994272793", "Sampled=1")
    assert (answer["w3c"], answer["custom"], answer["client"]) == ({"traceparent": "00-1-2-01"}, {"k": "v"}, "shop")
    assert answer["identity"] is None and not answer["kept"]


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_handler_of_sigterm_runs_in_shutdown(lambda_client, logs_client, create, invoke, name, runtime):
    create(name, python_function("""
import signal, sys

def leave(number, frame):
    print("closing", number)
    sys.exit(0)

signal.signal(signal.SIGTERM, leave)

def lambda_handler(event, context):
    return 1
"""), Runtime=runtime)
    assert invoke(name, {})[0] == 1
    lambda_client.update_function_configuration(FunctionName=name, MemorySize=256)
    assert "closing 15" in messages(logs_client, "/aws/lambda/" + name, lambda found: "closing 15" in found)
