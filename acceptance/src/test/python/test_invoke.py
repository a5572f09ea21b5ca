"""Invocations that go wrong, each with AWS's error, and a server that is unharmed by them."""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from boda import Caller, node_function, python_function, tail, zipped
from botocore.exceptions import ClientError
from conftest import ROLE


# Of those whose tails are read, and how many are at it at once.
CALLS, CALLERS = 10_000, 8


def test_a_missing_module(create, invoke, name):
    create(name, zipped({"other.py": "x = 1"}))
    body, response = invoke(name, {}, LogType="Tail")
    assert response["FunctionError"] == "Unhandled"
    assert body["errorType"] == "Runtime.ImportModuleError"
    assert body["errorMessage"] == "Unable to import module 'lambda_function': No module named 'lambda_function'"


def test_a_missing_handler(create, invoke, name):
    create(name, python_function("def other(e, c): return 1"))
    body, _ = invoke(name, {})
    assert body["errorType"] == "Runtime.HandlerNotFound"
    assert body["errorMessage"] == "Handler 'lambda_handler' missing on module 'lambda_function'"


def test_a_syntax_error(create, invoke, name):
    create(name, python_function("def lambda_handler(e, c) return 1"))
    body, _ = invoke(name, {})
    assert body["errorType"] == "Runtime.UserCodeSyntaxError"
    assert body["errorMessage"].startswith("Syntax error in module 'lambda_function': ")


def test_a_raised_exception(create, invoke, name):
    create(name, python_function("def lambda_handler(e, c):\n    raise ValueError('no ' + e['what'])\n"))
    body, response = invoke(name, {"what": "luck"}, LogType="Tail")
    assert response["FunctionError"] == "Unhandled"
    assert body["errorMessage"] == "no luck" and body["errorType"] == "ValueError"
    assert body["requestId"] == response["ResponseMetadata"]["RequestId"]
    assert "in lambda_handler" in body["stackTrace"][0]
    assert "[ERROR] ValueError: no luck" in tail(response)


def test_a_thrown_error_in_node(create, invoke, name):
    create(name, node_function("export const handler = async () => { throw new TypeError('no luck'); };"),
           Runtime="nodejs20.x", Handler="index.handler")
    body, response = invoke(name, {})
    assert response["FunctionError"] == "Unhandled"
    assert body["errorType"] == "TypeError" and body["errorMessage"] == "no luck"
    assert body["trace"][0] == "TypeError: no luck"


@pytest.mark.parametrize("statement, message", [
    ("os._exit(3)", "Runtime exited with error: exit status 3"),
    ("os._exit(0)", "Runtime exited without providing a reason"),
    ("os.kill(os.getpid(), 9)", "Runtime exited with error: signal: killed"),
])
def test_a_runtime_that_ends(create, invoke, name, statement, message):
    create(name, python_function(f"import os\ndef lambda_handler(e, c):\n    if e.get('end'):\n        {statement}\n    return 1\n"))
    body, response = invoke(name, {"end": True}, LogType="Tail")
    request_id = response["ResponseMetadata"]["RequestId"]
    assert body == {"errorType": "Runtime.ExitError", "errorMessage": f"RequestId: {request_id} Error: {message}"}
    assert "Status: error\tError Type: Runtime.ExitError" in tail(response)
    assert invoke(name, {})[0] == 1


@pytest.mark.parametrize("runtime, handler, package", [
    ("python3.12", "lambda_function.lambda_handler", python_function(
        "import os\ndef lambda_handler(e, c):\n    held = b'x' * 60_000_000\n    os._exit(1)\n")),
    ("nodejs20.x", "index.handler", node_function(
        "export const handler = async () => { globalThis.held = Buffer.alloc(60_000_000, 1); process.exit(1); };")),
])
def test_a_runtime_that_ends_at_once_has_used_memory(server, create, invoke, name, runtime, handler, package):
    create(name, package, Runtime=runtime, Handler=handler, MemorySize=512)
    _, response = invoke(name, {}, LogType="Tail")
    used = int(re.search(r"Memory Size: 512 MB\tMax Memory Used: (\d+) MB\t", tail(response))[1])
    if any("namespaces of its own" in line for line in server.lines):
        assert 60 <= used < 250
    else:
        assert 1 <= used < 250


def test_a_payload_that_is_not_json(lambda_client, create, name):
    create(name, python_function("def lambda_handler(e, c): return e"))
    with pytest.raises(ClientError) as caught:
        lambda_client.invoke(FunctionName=name, Payload=b"{not json")
    assert caught.value.response["Error"]["Code"] == "InvalidRequestContentException"
    assert caught.value.response["Error"]["Message"].startswith("Could not parse request body into json: ")


def test_a_payload_of_seven_megabytes(lambda_client, create, invoke, name):
    create(name, python_function("def lambda_handler(e, c): return len(e)"))
    with pytest.raises(ClientError) as caught:
        lambda_client.invoke(FunctionName=name, Payload=json.dumps("x" * 7_000_000).encode())
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
    assert caught.value.response["Error"]["Code"] == "RequestEntityTooLargeException"
    assert invoke(name, "x" * 6_000_000)[0] == 6_000_000


def test_a_response_of_seven_megabytes(create, invoke, name):
    create(name, python_function("def lambda_handler(e, c): return 'x' * e"), MemorySize=512, Timeout=20)
    body, response = invoke(name, 7_000_000)
    assert response["FunctionError"] == "Unhandled"
    assert body["errorType"] == "Function.ResponseSizeTooLarge"
    assert body["errorMessage"] == "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
    assert invoke(name, 6_000_000)[0] == "x" * 6_000_000


def test_an_unknown_runtime(lambda_client, name):
    with pytest.raises(ClientError) as caught:
        lambda_client.create_function(FunctionName=name, Runtime="cobol85", Role=ROLE, Handler="a.b",
                                      Code={"ZipFile": python_function("")})
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert "Value cobol85 at 'runtime' failed to satisfy constraint" in caught.value.response["Error"]["Message"]


def test_a_dry_run(lambda_client, create, name):
    create(name, python_function("def lambda_handler(e, c): return 1"))
    answer = lambda_client.invoke(FunctionName=name, InvocationType="DryRun", Payload=b"{}")
    assert answer["StatusCode"] == 204 and answer["Payload"].read() == b""


def test_the_environment_is_as_on_aws(create, invoke, name):
    create(name, python_function("import os\ndef lambda_handler(e, c): return dict(os.environ)"),
           Environment={"Variables": {"STAGE": "prod"}}, MemorySize=192)
    found, _ = invoke(name, {})
    assert found["STAGE"] == "prod"
    exact = {
        "_HANDLER": "lambda_function.lambda_handler", "AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12", "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "192",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "LANG": "en_US.UTF-8", "TZ": ":UTC", "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "LAMBDA_TASK_ROOT": "/var/task", "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.79.129:2000",
    }
    assert {key: found.get(key) for key in exact} == exact
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", found["AWS_LAMBDA_LOG_STREAM_NAME"])
    for key in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API",
                "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "_X_AMZN_TRACE_ID"]:
        assert found.get(key), key
    assert "BODA_" not in " ".join(found) and "JAVA_HOME" not in found


def test_the_context_is_complete_in_both_languages(create, invoke, name):
    create(name, python_function(
        "def lambda_handler(e, c):\n"
        "    return [c.function_name, c.function_version, c.invoked_function_arn, c.memory_limit_in_mb,\n"
        "            c.aws_request_id, c.log_group_name, c.log_stream_name, c.get_remaining_time_in_millis(),\n"
        "            c.client_context.custom if c.client_context else None]\n"), Timeout=7)
    client_context = base64.b64encode(json.dumps({"custom": {"k": "v"}}).encode()).decode()
    body, response = invoke(name, {}, ClientContext=client_context)
    check_context(name, body, response)
    node = name + "-node"
    create(node, node_function(
        "export const handler = async (e, c) => [c.functionName, c.functionVersion, c.invokedFunctionArn,"
        " c.memoryLimitInMB, c.awsRequestId, c.logGroupName, c.logStreamName, c.getRemainingTimeInMillis(),"
        " c.clientContext?.custom ?? null];"), Runtime="nodejs20.x", Handler="index.handler", Timeout=7)
    body, response = invoke(node, {}, ClientContext=client_context)
    check_context(node, body, response)


def check_context(name, body, response):
    assert body[:4] == [name, "$LATEST", f"arn:aws:lambda:us-east-1:000000000000:function:{name}", "128"]
    assert body[4] == response["ResponseMetadata"]["RequestId"]
    assert body[5] == f"/aws/lambda/{name}" and re.match(r"\d{4}/\d\d/\d\d/\[\$LATEST\]", body[6])
    assert 0 < body[7] <= 7000
    assert body[8] == {"k": "v"}


def test_multi_line_output_is_one_event(create, invoke, logs_client, name):
    create(name, python_function(
        "import logging, subprocess\ndef lambda_handler(e, c):\n"
        "    print('first\\nsecond')\n    logging.getLogger().error('third\\nfourth')\n"
        "    subprocess.run(['echo', 'from a child'])\n    return 1\n"))
    _, response = invoke(name, {}, LogType="Tail")
    assert "from a child" in tail(response)
    messages = [event["message"] for event in logs_client.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]]
    assert "first\nsecond\n" in messages
    assert any(message.startswith("[ERROR]") and "third\nfourth" in message for message in messages)
    assert "from a child\n" in messages


@pytest.mark.parametrize("runtime, handler, package", [
    ("python3.12", "lambda_function.lambda_handler", python_function(
        "import sys\ndef lambda_handler(e, c):\n    print('first of', e)\n    sys.stderr.write('raw of %d\\n' % e)\n"
        "    print('last of', e)\n")),
    ("nodejs20.x", "index.handler", node_function(
        "export const handler = async (e) => { console.log('first of', e); process.stderr.write(`raw of ${e}\\n`);"
        " console.log('last of', e); };")),
    ("ruby3.3", "lambda_function.handler", zipped({"lambda_function.rb":
        "def handler(event:, context:)\n  puts \"first of #{event}\"\n  warn \"raw of #{event}\"\n"
        "  puts \"last of #{event}\"\nend\n"})),
])
def test_the_tail_holds_the_last_line_ten_thousand_times_of_ten_thousand(server, create, name, runtime, handler, package):
    create(name, package, Runtime=runtime, Handler=handler, Timeout=30)

    def is_whole(lines, call):
        places = [lines.find(words) for words in ("START", f"last of {call}\n", "END", "REPORT")]
        return places == sorted(places) and places[0] >= 0 and f"first of {call}\n" in lines and f"raw of {call}\n" in lines

    def calling(first):
        caller = Caller(server, name)
        tails = ((caller.tail(str(call).encode()), call) for call in range(first, CALLS, CALLERS))
        return [is_whole(lines, call) or lines for lines, call in tails]

    with ThreadPoolExecutor(CALLERS) as pool:
        whole = [each for calls in pool.map(calling, range(CALLERS)) for each in calls]
    assert len(whole) == CALLS
    assert [lines for lines in whole if lines is not True] == []


def test_the_second_init_runs_under_the_functions_own_timeout(create, invoke, logs_client, name):
    create(name, python_function(
        "import time\ntime.sleep(60)\ndef lambda_handler(e, c): return 1\n"), Timeout=2)
    body, response = invoke(name, {})
    assert body["errorType"] == "Sandbox.Timedout"
    assert body["errorMessage"].endswith("Error: Task timed out after 2.00 seconds")
    messages = [event["message"] for event in logs_client.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]]
    assert any(message.startswith("INIT_REPORT Init Duration: ") and "Status: timeout" in message
               for message in messages), messages


def test_accounts_and_regions_are_namespaces(clients, name):
    made = []
    for account, region, key in [("111122223333", "us-east-1", "111122223333"),
                                 ("111122223333", "eu-west-1", "111122223333"), ("000000000000", "us-east-1", "AKIAEXAMPLE")]:
        client = clients("lambda", account=key, region_name=region)
        answer = client.create_function(
            FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="lambda_function.lambda_handler",
            Code={"ZipFile": python_function(f"def lambda_handler(e, c): return '{account} {region}'")})
        assert answer["FunctionArn"] == f"arn:aws:lambda:{region}:{account}:function:{name}"
        made.append((client, f'"{account} {region}"'.encode()))
    for client, expected in made:
        assert client.invoke(FunctionName=name, Payload=b"{}")["Payload"].read() == expected
        client.delete_function(FunctionName=name)
