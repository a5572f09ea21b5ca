"""AWS's own runtime interface client for Python, unmodified, in place of Boda's: it meets the Runtime API that it knows.

That of Node.js is left out: its package compiles a libcurl of its own, for which autoconf and libtool must be there.
https://github.com/aws/aws-lambda-python-runtime-interface-client
"""

import base64
import json

import pytest
from boda import zipped
from packages import EXECUTABLE, PYTHON, files, python_packages
from test_logging_config import messages, objects

PINS = ["awslambdaric==4.2.2", "simplejson==4.3.0", "snapshot-restore-py==1.0.0"]

# What a wrapper is given: the interpreter first.
WRAPPER = '#!/bin/sh\nexec "$1" -m awslambdaric "$_HANDLER"\n'

SOURCE = """
import decimal, logging, os, sys, time

print("while loading")

def lambda_handler(event, context):
    if event == "fail":
        raise ValueError("no luck")
    if event == "sleep":
        time.sleep(30)
    if event == "exit":
        sys.exit(4)
    if isinstance(event, str):
        return event[::-1]
    logging.getLogger().error("several\\nlines")
    return {"client": "awslambdaric" in sys.modules and "boda_runtime" not in sys.modules, "id": context.aws_request_id,
            "arn": context.invoked_function_arn, "left": context.get_remaining_time_in_millis(),
            "custom": context.client_context.custom, "trace": os.environ["_X_AMZN_TRACE_ID"],
            "amount": decimal.Decimal("1.10"), "event": event}
"""


def client(source=SOURCE):
    return zipped({**files(python_packages(*PINS)), "lambda_function.py": source, "wrapper": WRAPPER}, {"wrapper": EXECUTABLE})


MEMBERS = {"Runtime": PYTHON, "Timeout": 3, "MemorySize": 256,
           "Environment": {"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/wrapper"}}}


def test_awss_client_for_python_runs_unmodified(logs_client, create, invoke, name):
    arn = create(name, client(), **MEMBERS)["FunctionArn"]
    context = base64.b64encode(json.dumps({"custom": {"k": "v"}}).encode()).decode()
    body, response = invoke(name, {"a": "é"}, ClientContext=context)
    assert "FunctionError" not in response, body
    http = response["ResponseMetadata"]
    assert 0 < body.pop("left") <= 3000
    assert body == {"client": True, "id": http["RequestId"], "arn": arn, "custom": {"k": "v"},
                    "trace": http["HTTPHeaders"]["x-amzn-trace-id"], "amount": 1.1, "event": {"a": "é"}}
    assert invoke(name, "xy" * 3_000_000)[0] == "yx" * 3_000_000
    body, response = invoke(name, "fail")
    assert response["FunctionError"] == "Unhandled"
    assert body == {"errorMessage": "no luck", "errorType": "ValueError", "requestId": response["ResponseMetadata"]["RequestId"],
                    "stackTrace": ['  File "/var/task/lambda_function.py", line 8, in lambda_handler\n'
                                   '    raise ValueError("no luck")\n']}
    assert invoke(name, "exit")[0]["errorMessage"].endswith("Error: Runtime exited with error: exit status 4")
    assert "Task timed out after 3.00 seconds" in invoke(name, "sleep")[0]["errorMessage"]
    found = messages(logs_client, "/aws/lambda/" + name, lambda found: any("Status: timeout" in one for one in found))
    assert any(one.startswith("[ERROR]\t") and one.endswith("\tseveral\nlines") for one in found)
    assert any(one.startswith("[ERROR] ValueError: no luck\nTraceback") for one in found)
    assert "while loading" in found


def test_awss_client_for_python_tells_why_a_function_does_not_load_and_writes_json(logs_client, create, invoke, name):
    create(name, client("import nowhere\n"), **MEMBERS, LoggingConfig={"LogFormat": "JSON"})
    body, response = invoke(name, {})
    assert response["FunctionError"] == "Unhandled"
    assert (body["errorType"], body["errorMessage"]) == (
        "Runtime.ImportModuleError", "Unable to import module 'lambda_function': No module named 'nowhere'")
    found = messages(logs_client, "/aws/lambda/" + name, lambda found: any("platform.report" in one for one in found))
    assert {one["level"] for one in objects(found) if "errorMessage" in one} == {"ERROR"}
    assert not any("LambdaRuntimeClientError" in one for one in found)  # it insists on the status that AWS answers
