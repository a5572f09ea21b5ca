"""LoggingConfig: how and where a function's log is written, by Python's and Node.js's runtime clients."""

import base64
import json
import time

import pytest
from boda import node_function, python_function
from botocore.exceptions import ClientError

PYTHON = python_function("""
import json, logging, os

log = logging.getLogger("mine")
log.setLevel(logging.DEBUG)

def lambda_handler(event, context):
    log.debug("debugged")
    log.info("informed", extra={"user": "zoe"})
    log.warning("warned")
    print("printed")
    print(json.dumps({"level": "debug", "timestamp": "2026-11-22T10:00:00Z", "msg": "printed debug"}))
    if event.get("fail"):
        raise ValueError("on purpose")
    return {name: os.environ.get("AWS_LAMBDA_LOG_" + name) for name in ("FORMAT", "LEVEL", "GROUP_NAME")}
""")

NODE = node_function("""
exports.handler = async () => {
  console.debug('debugged');
  console.info('informed', { user: 'zoe' });
  console.error('failed');
  process.stdout.write('written\\n');
  return process.env.AWS_LAMBDA_LOG_FORMAT;
};
""", "index.js")


def messages(logs_client, group, wanted):
    """What the group has, once `wanted` says that all is there."""
    deadline = time.monotonic() + 20
    while True:
        try:
            events = logs_client.filter_log_events(logGroupName=group)["events"]
        except logs_client.exceptions.ResourceNotFoundException:
            events = []
        found = [event["message"].rstrip("\n") for event in events]
        if wanted(found) or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def reported(found):
    return any("platform.report" in message for message in found)


def objects(found):
    return [json.loads(message) for message in found if message.startswith("{")]


def types(found):
    return [one["type"].removeprefix("platform.") for one in objects(found) if "type" in one]


def test_python_writes_json(logs_client, create, invoke, name):
    create(name, PYTHON, LoggingConfig={"LogFormat": "JSON"})
    answer, response = invoke(name, {})
    assert answer == {"FORMAT": "JSON", "LEVEL": "INFO", "GROUP_NAME": "/aws/lambda/" + name}
    request_id = response["ResponseMetadata"]["RequestId"]
    found = messages(logs_client, "/aws/lambda/" + name, reported)
    assert types(found) == ["initStart", "start", "report"]
    report = objects(found)[-1]["record"]
    assert report["requestId"] == request_id
    assert report["status"] == "success"
    assert {"durationMs", "billedDurationMs", "memorySizeMB", "maxMemoryUsedMB", "initDurationMs"} == set(
        report["metrics"])
    informed, warned = [one for one in objects(found) if "logger" in one]
    assert {**informed, "timestamp": ""} == {
        "timestamp": "", "level": "INFO", "message": "informed", "logger": "mine", "requestId": request_id,
        "user": "zoe"}
    assert (warned["level"], warned["message"]) == ("WARNING", "warned")
    assert "printed" in found
    assert not any("debug" in message for message in found)


def test_levels_decide_what_is_written(logs_client, create, invoke, name):
    create(name, PYTHON, LoggingConfig={
        "LogFormat": "JSON", "ApplicationLogLevel": "DEBUG", "SystemLogLevel": "DEBUG"})
    invoke(name, {"fail": True})
    found = messages(logs_client, "/aws/lambda/" + name, reported)
    assert types(found) == ["initStart", "initRuntimeDone", "initReport", "start", "runtimeDone", "report"]
    assert [one["level"] for one in objects(found) if "level" in one] == [
        "DEBUG", "INFO", "WARNING", "debug", "ERROR"]
    assert [one["errorMessage"] for one in objects(found) if "errorMessage" in one] == ["on purpose"]


def test_only_warnings(lambda_client, logs_client, create, invoke, name):
    create(name, PYTHON, LoggingConfig={
        "LogFormat": "JSON", "ApplicationLogLevel": "ERROR", "SystemLogLevel": "WARN"})
    _, response = invoke(name, {"fail": True})
    assert response["FunctionError"] == "Unhandled"
    found = messages(logs_client, "/aws/lambda/" + name, lambda found: any("on purpose" in one for one in found))
    assert types(found) == []
    assert [one["level"] for one in objects(found)] == ["ERROR"]


def test_node_writes_json(logs_client, create, invoke, name):
    create(name, NODE, Runtime="nodejs20.x", Handler="index.handler",
           LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO"})
    answer, response = invoke(name, {})
    assert answer == "JSON"
    found = messages(logs_client, "/aws/lambda/" + name, reported)
    informed, failed = [one for one in objects(found) if "level" in one]
    assert {**informed, "timestamp": ""} == {
        "timestamp": "", "level": "INFO", "requestId": response["ResponseMetadata"]["RequestId"],
        "message": "informed { user: 'zoe' }"}
    assert (failed["level"], failed["message"]) == ("ERROR", "failed")
    assert "written" in found
    assert types(found) == ["initStart", "start", "report"]


def test_what_breaks_is_told_by_reports(logs_client, create, invoke, name):
    create(name, python_function("""
import os, time

def lambda_handler(event, context):
    print("begun")
    os._exit(3) if event == "exit" else time.sleep(30)
"""), Timeout=1, LoggingConfig={"LogFormat": "JSON", "SystemLogLevel": "WARN"})
    assert invoke(name, "exit")[1]["FunctionError"] == "Unhandled"
    assert "timed out" in invoke(name, "sleep")[0]["errorMessage"]
    found = messages(logs_client, "/aws/lambda/" + name, lambda found: types(found).count("report") == 2)
    assert [(one["type"], one["record"]["status"], one["record"].get("errorType")) for one in objects(found)] == [
        ("platform.runtimeDone", "error", "Runtime.ExitError"), ("platform.report", "error", "Runtime.ExitError"),
        ("platform.runtimeDone", "timeout", None), ("platform.report", "timeout", None)]
    assert found.count("begun") == 2


def test_the_tail_of_an_invocation_is_json_too(create, invoke, name):
    create(name, PYTHON, LoggingConfig={"LogFormat": "JSON"})
    _, response = invoke(name, {}, LogType="Tail")
    tail = base64.b64decode(response["LogResult"]).decode().splitlines()
    assert types(tail) == ["start", "report"]


def test_a_group_of_ones_choice(lambda_client, logs_client, create, invoke, name):
    group = "/chosen/" + name
    create(name, PYTHON, LoggingConfig={"LogGroup": group})
    assert invoke(name, {})[0]["GROUP_NAME"] == group
    found = messages(logs_client, group, lambda found: any(one.startswith("REPORT") for one in found))
    assert found[0].startswith("INIT_START")
    stream = logs_client.describe_log_streams(logGroupName=group)["logStreams"][0]["logStreamName"]
    assert f"/{name}[$LATEST][" in stream
    assert not logs_client.describe_log_groups(logGroupNamePrefix="/aws/lambda/" + name)["logGroups"]
    changed = lambda_client.update_function_configuration(
        FunctionName=name, LoggingConfig={"LogFormat": "JSON", "SystemLogLevel": "DEBUG"})["LoggingConfig"]
    assert changed == {
        "LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "DEBUG", "LogGroup": group}


def test_refusals(lambda_client, create, name):
    create(name, PYTHON)
    for config, code in (({"ApplicationLogLevel": "INFO"}, "InvalidParameterValueException"),
                         ({"LogFormat": "Text", "SystemLogLevel": "INFO"}, "InvalidParameterValueException"),
                         ({"LogFormat": "XML"}, "ValidationException"),
                         ({"LogGroup": "with space"}, "ValidationException")):
        with pytest.raises(ClientError) as refused:
            lambda_client.update_function_configuration(FunctionName=name, LoggingConfig=config)
        assert refused.value.response["Error"]["Code"] == code


def test_an_active_trace_is_sampled(create, invoke, name):
    create(name, python_function("""
import os

def lambda_handler(event, context):
    return os.environ["_X_AMZN_TRACE_ID"]
"""), TracingConfig={"Mode": "Active"}, KMSKeyArn="arn:aws:kms:us-east-1:123456789012:key/x")
    answer, response = invoke(name, {})
    assert ";Sampled=1;" in answer
    assert response["ResponseMetadata"]["HTTPHeaders"]["x-amzn-trace-id"] == answer
