"""The steps of docs/first-hour.md, typed as the tutorials have them."""

import json
import re
import subprocess
import time

import pytest
from boda import AWS_CLI, aws_environment, zipped
from left_behind import eventually

HELLO_PYTHON = """
import json

def lambda_handler(event, context):
    name = event.get("name", "World")
    print("greeting", name)
    return {"statusCode": 200, "body": json.dumps(f"Hello, {name}!")}
"""

ROLE = "arn:aws:iam::123456789012:role/LambdaBasicRole"


@pytest.fixture
def hello(aws, name, tmp_path):
    (tmp_path / "function.zip").write_bytes(zipped({"lambda_function.py": HELLO_PYTHON}))
    created = json.loads(aws(
        "lambda", "create-function", "--function-name", name, "--runtime", "python3.12", "--role", ROLE,
        "--handler", "lambda_function.lambda_handler", "--zip-file", "fileb://function.zip", cwd=tmp_path))
    aws("lambda", "wait", "function-active-v2", "--function-name", name)
    yield created
    aws("lambda", "delete-function", "--function-name", name, check=False)


def lambda_updated(aws, name):
    """Makes the next invocation a cold one."""
    aws("lambda", "update-function-configuration", "--function-name", name, "--description", "changed")
    aws("lambda", "wait", "function-updated-v2", "--function-name", name)


def cli_invoke(aws, tmp_path, name, payload, *more):
    out = tmp_path / "response.json"
    answer = json.loads(aws(
        "lambda", "invoke", "--function-name", name, "--payload", payload,
        "--cli-binary-format", "raw-in-base64-out", *more, str(out)))
    return answer, out.read_text()


def test_1_a_python_function(aws, hello, name, tmp_path):
    assert hello["FunctionName"] == name
    answer, body = cli_invoke(aws, tmp_path, name, '{"name": "Alice"}')
    assert answer == {"StatusCode": 200, "ExecutedVersion": "$LATEST"}
    assert json.loads(body) == {"statusCode": 200, "body": '"Hello, Alice!"'}


@pytest.mark.parametrize("file, source", [
    ("index.mjs", "export const handler = async (event) => { console.log('hi', event.name); return {hello: event.name}; };"),
    ("index.js", "exports.handler = async (event) => { console.log('hi', event.name); return {hello: event.name}; };"),
])
def test_2_a_node_function(aws, name, tmp_path, file, source):
    (tmp_path / "function.zip").write_bytes(zipped({file: source}))
    aws("lambda", "create-function", "--function-name", name, "--runtime", "nodejs20.x", "--role", ROLE,
        "--handler", "index.handler", "--zip-file", "fileb://function.zip", cwd=tmp_path)
    answer, body = cli_invoke(aws, tmp_path, name, '{"name": "Bob"}', "--log-type", "Tail",
                              "--query", "LogResult")
    assert json.loads(body) == {"hello": "Bob"}
    import base64
    tail = base64.b64decode(answer).decode()
    assert re.search(r"\tINFO\thi Bob\n", tail), tail
    aws("lambda", "delete-function", "--function-name", name)


def test_3_configuration(aws, hello, name, tmp_path):
    (tmp_path / "function.zip").write_bytes(zipped({"lambda_function.py":
        "import os\ndef lambda_handler(event, context):\n"
        "    return [os.environ['DB_HOST'], os.environ['STAGE'], context.memory_limit_in_mb]\n"}))
    aws("lambda", "update-function-code", "--function-name", name, "--zip-file", "fileb://function.zip", cwd=tmp_path)
    aws("lambda", "wait", "function-updated-v2", "--function-name", name)
    changed = json.loads(aws(
        "lambda", "update-function-configuration", "--function-name", name,
        "--environment", "Variables={DB_HOST=db.example,STAGE=prod}", "--timeout", "10", "--memory-size", "256"))
    assert (changed["Timeout"], changed["MemorySize"]) == (10, 256)
    aws("lambda", "wait", "function-updated-v2", "--function-name", name)
    _, body = cli_invoke(aws, tmp_path, name, "{}")
    assert json.loads(body) == ["db.example", "prod", "256"]
    refused = aws("lambda", "update-function-configuration", "--function-name", name,
                  "--environment", "Variables={BIG=" + "x" * 4100 + "}", check=False)
    assert refused.returncode != 0 and "exceeded the 4KB limit" in refused.stderr
    refused = aws("lambda", "update-function-configuration", "--function-name", name, "--timeout", "901", check=False)
    assert refused.returncode != 0 and "less than or equal to 900" in refused.stderr


def test_4_new_code(aws, hello, name, tmp_path):
    cli_invoke(aws, tmp_path, name, "{}")
    (tmp_path / "new.zip").write_bytes(zipped({"lambda_function.py":
        "def lambda_handler(event, context):\n    return 'second'\n"}))
    aws("lambda", "update-function-code", "--function-name", name, "--zip-file", "fileb://new.zip", cwd=tmp_path)
    _, body = cli_invoke(aws, tmp_path, name, "{}")
    assert body == '"second"'


def test_5_logs(aws, hello, name, tmp_path, server):
    # As on AWS, there is no log group before the first invocation.
    cli_invoke(aws, tmp_path, name, '{"name": "Bob"}')
    lambda_updated(aws, name)
    follow = subprocess.Popen(
        [AWS_CLI, "--endpoint-url", server.url, "logs", "tail", f"/aws/lambda/{name}", "--follow",
         "--format", "short"],
        env={**aws_environment(), "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        answer, _ = cli_invoke(aws, tmp_path, name, '{"name": "Carol"}', "--log-type", "Tail")
        import base64
        tail = base64.b64decode(answer["LogResult"]).decode()
        assert re.search(r"START RequestId: \S+ Version: \$LATEST\n", tail)
        assert "greeting Carol\n" in tail
        assert re.search(r"END RequestId: \S+\n", tail)
        report = re.search(
            r"REPORT RequestId: (\S+)\tDuration: ([\d.]+) ms\tBilled Duration: (\d+) ms\t"
            r"Memory Size: 128 MB\tMax Memory Used: (\d+) MB\tInit Duration: ([\d.]+) ms", tail)
        assert report, tail
        assert int(report[3]) >= float(report[2]) + float(report[5]) - 1
        assert 1 <= int(report[4]) <= 128
        found = json.loads(aws("logs", "filter-log-events", "--log-group-name", f"/aws/lambda/{name}",
                               "--filter-pattern", "greeting Carol"))
        assert [event["message"] for event in found["events"]] == ["greeting Carol\n"]
        whole = aws("logs", "tail", f"/aws/lambda/{name}", "--since", "10m")
        assert "REPORT RequestId" in whole and "INIT_START Runtime Version: python" in whole
        deadline = time.monotonic() + 30
        seen = ""
        while not re.search(r"greeting Carol[\s\S]*REPORT RequestId", seen) and time.monotonic() < deadline:
            line = follow.stdout.readline()
            assert line, follow.stderr.read()
            seen += line
        assert "greeting Carol" in seen
    finally:
        follow.kill()
        follow.wait()


def test_6_cold_then_warm(lambda_client, create, invoke, name):
    import base64
    create(name, zipped({"lambda_function.py":
        "calls = 0\ndef lambda_handler(event, context):\n    global calls\n    calls += 1\n    return calls\n"}))
    first, response = invoke(name, {}, LogType="Tail")
    assert first == 1 and "Init Duration" in base64.b64decode(response["LogResult"]).decode()
    second, response = invoke(name, {}, LogType="Tail")
    assert second == 2 and "Init Duration" not in base64.b64decode(response["LogResult"]).decode()


def test_6_provisioned_concurrency_of_an_alias(aws, hello, name, tmp_path):
    assert json.loads(aws("lambda", "publish-version", "--function-name", name))["Version"] == "1"
    aws("lambda", "create-alias", "--function-name", name, "--name", "live", "--function-version", "1")
    config = ("--function-name", name, "--qualifier", "live")
    put = json.loads(aws("lambda", "put-provisioned-concurrency-config", *config, "--provisioned-concurrent-executions", "1"))
    assert put["Status"] == "IN_PROGRESS"

    def status():
        return json.loads(aws("lambda", "get-provisioned-concurrency-config", *config))["Status"]

    eventually(lambda: status() != "READY", "it is never ready")
    answer, body = cli_invoke(aws, tmp_path, f"{name}:live", "{}")
    assert answer == {"StatusCode": 200, "ExecutedVersion": "1"} and "Hello" in body
    aws("lambda", "delete-provisioned-concurrency-config", *config)


def test_14_layers(aws, hello, name, tmp_path):
    (tmp_path / "layer.zip").write_bytes(zipped({"python/voice.py": "def shout(text): return text.upper()\n"}))
    layer = json.loads(aws("lambda", "publish-layer-version", "--layer-name", f"voice-{name}", "--zip-file",
                           "fileb://layer.zip", "--compatible-runtimes", "python3.12", cwd=tmp_path))
    aws("lambda", "update-function-configuration", "--function-name", name, "--layers", layer["LayerVersionArn"])
    aws("lambda", "wait", "function-updated-v2", "--function-name", name)
    source = "import voice\ndef lambda_handler(event, context): return voice.shout(event['text'])\n"
    (tmp_path / "function.zip").write_bytes(zipped({"lambda_function.py": source}))
    aws("lambda", "update-function-code", "--function-name", name, "--zip-file", "fileb://function.zip", cwd=tmp_path)
    aws("lambda", "wait", "function-updated-v2", "--function-name", name)
    assert cli_invoke(aws, tmp_path, name, '{"text": "quiet"}')[1] == '"QUIET"'


def test_19_a_function_past_its_timeout_is_stopped(create, invoke, name):
    create(name, zipped({"lambda_function.py":
        "import time\ncalls = 0\ndef lambda_handler(event, context):\n    global calls\n    calls += 1\n"
        "    while event.get('hang'):\n        time.sleep(1)\n    return calls\n"}), Timeout=1)
    assert invoke(name, {})[0] == 1
    body, response = invoke(name, {"hang": True})
    request_id = response["ResponseMetadata"]["RequestId"]
    assert response["FunctionError"] == "Unhandled"
    assert body == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request_id} Error: Task timed out after 1.00 seconds",
    }
    assert invoke(name, {})[0] == 1, "the environment that timed out is gone"
