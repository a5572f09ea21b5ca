"""OS-only runtimes (provided.al2, provided.al2023): the function, or a layer, brings a program called bootstrap."""

import json
import os
import platform
import struct

import pytest
from boda import tail, zipped
from botocore.exceptions import ClientError
from programs import built, cached, tool

PROGRAM = 0o100755
RUNTIMES = ["provided.al2", "provided.al2023"]

# As in https://docs.aws.amazon.com/lambda/latest/dg/runtimes-walkthrough.html, but for its first line: there /bin/sh is
# Bash, which it needs.
BOOTSTRAP = """#!/bin/bash
set -euo pipefail
source $LAMBDA_TASK_ROOT/"$(echo $_HANDLER | cut -d. -f1).sh"
while true
do
  HEADERS="$(mktemp)"
  EVENT_DATA=$(curl -sS -LD "$HEADERS" "http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/next")
  REQUEST_ID=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$HEADERS" | tr -d '[:space:]' | cut -d: -f2)
  RESPONSE=$($(echo "$_HANDLER" | cut -d. -f2) "$EVENT_DATA")
  curl "http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/$REQUEST_ID/response" -d "$RESPONSE"
done
"""

FUNCTION = """function handler () {
  EVENT_DATA=$1
  echo "$EVENT_DATA" 1>&2;
  RESPONSE="Echoing request: '$EVENT_DATA'"
  echo $RESPONSE
}
"""

# Answers with what it finds.
ENVIRONMENT = """#!/bin/bash
while true
do
  ID=$(curl -sS -D - -o /dev/null "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next" |
    tr -d '\\r' | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //Ip')
  { env; echo "PWD=$PWD"; echo "ZERO=$0"; } |
    curl -sS "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$ID/response" --data-binary @- > /dev/null
done
"""


def package(bootstrap, mode=PROGRAM, **files):
    return zipped({"bootstrap": bootstrap, **files}, {"bootstrap": mode})


def failed(client, name):
    """How it fails: the error, and the log's tail."""
    response = client.invoke(FunctionName=name, Payload=b"{}", LogType="Tail")
    assert response["FunctionError"] == "Unhandled", response
    return json.loads(response["Payload"].read()), tail(response)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_bootstrap_of_awss_tutorial_runs_by_bash(create, lambda_client, name, runtime):
    package = zipped({"bootstrap": BOOTSTRAP, "function.sh": FUNCTION}, {"bootstrap": PROGRAM, "function.sh": PROGRAM})
    made = create(name, package, Runtime=runtime, Handler="function.handler")
    assert made["Runtime"] == runtime
    for text in ("hello", "again"):
        response = lambda_client.invoke(FunctionName=name, Payload=json.dumps({"text": text}).encode(), LogType="Tail")
        assert "FunctionError" not in response
        assert response["Payload"].read().decode() == f"Echoing request: '{json.dumps({'text': text})}'"
        assert json.dumps({"text": text}) in tail(response)


def test_it_finds_what_awss_custom_runtimes_find(create, lambda_client, name):
    create(name, package(ENVIRONMENT), Runtime="provided.al2023", Handler="whatever-I-read",
           Environment={"Variables": {"GREETING": "hello"}})
    answer = lambda_client.invoke(FunctionName=name)["Payload"].read().decode()
    found = dict(line.split("=", 1) for line in answer.splitlines() if "=" in line)
    assert found["_HANDLER"] == "whatever-I-read" and found["GREETING"] == "hello"
    assert found["LAMBDA_TASK_ROOT"] == "/var/task" and found["LAMBDA_RUNTIME_DIR"] == "/var/runtime"
    assert found["PWD"] == "/var/task" and found["ZERO"] == "/var/task/bootstrap"
    assert found["PATH"] == "/usr/local/bin:/usr/bin/:/bin:/opt/bin"
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html: not for OS-only runtimes.
    assert "AWS_EXECUTION_ENV" not in found and "PYTHONPATH" not in found and "NODE_PATH" not in found


def test_a_layer_brings_the_runtime_and_the_functions_own_comes_first(create, lambda_client, name):
    says = "#!/bin/bash\necho from $0 >&2\nexit 7\n"
    layer = lambda_client.publish_layer_version(LayerName=name, Content={"ZipFile": package(says)})["LayerVersionArn"]
    create(name, zipped({"index.sh": ""}), Runtime="provided.al2", Layers=[layer])
    error, log = failed(lambda_client, name)
    assert "from /opt/bootstrap" in log
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith("Error: Runtime exited with error: exit status 7")
    lambda_client.update_function_code(FunctionName=name, ZipFile=package(says))
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=name)
    assert "from /var/task/bootstrap" in failed(lambda_client, name)[1]


def foreign():
    """The head of a program of another kind of machine."""
    machine = 62 if platform.machine() == "aarch64" else 183
    return b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, 0x400000, 64, 0, 0, 64, 56, 0, 64, 0, 0)


def test_a_bootstrap_may_be_a_link_to_what_a_layer_has(create, lambda_client, name):
    says = zipped({"runtime/main": "#!/bin/bash\necho from a layer >&2\nexit 7\n"}, {"runtime/main": PROGRAM})
    layer = lambda_client.publish_layer_version(LayerName=name, Content={"ZipFile": says})["LayerVersionArn"]
    create(name, package("/opt/runtime/main", 0o120777), Runtime="provided.al2023", Layers=[layer])
    assert "from a layer" in failed(lambda_client, name)[1]
    create(name + "-2", package("/etc/machine-id", 0o120777), Runtime="provided.al2023")
    assert "fork/exec /var/task/bootstrap: " in failed(lambda_client, name + "-2")[0]["errorMessage"]


@pytest.mark.parametrize("code, why", [
    (zipped({"index.sh": ""}), "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"),
    (package(BOOTSTRAP, 0o100644), "fork/exec /var/task/bootstrap: permission denied"),
    (package("neither a script nor a program\n"), "fork/exec /var/task/bootstrap: exec format error"),
    (package(foreign()), "fork/exec /var/task/bootstrap: exec format error"),
    (package("#!/bin/bash\r\nexit 0\r\n"), "fork/exec /var/task/bootstrap: no such file or directory"),
], ids=["none", "not executable", "text", "another architecture", "carriage returns"])
def test_what_cannot_be_executed_is_an_invalid_entrypoint(create, lambda_client, name, code, why):
    create(name, code, Runtime="provided.al2023")
    for _ in range(2):
        error, log = failed(lambda_client, name)
        request = error["errorMessage"].split()[1]
        assert error == {"errorType": "Runtime.InvalidEntrypoint", "errorMessage": f"RequestId: {request} Error: {why}"}
        assert "Error Type: Runtime.InvalidEntrypoint" in log


def test_a_runtime_that_says_why_it_cannot_start_is_believed(create, lambda_client, name):
    create(name, package(
        '#!/bin/bash\ncurl -sS -X POST -H "Lambda-Runtime-Function-Error-Type: Runtime.NoReason" '
        '"http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/init/error" '
        """-d '{"errorMessage": "not today", "errorType": "Custom.NoReason"}'\nexit 1\n"""), Runtime="provided.al2")
    error, log = failed(lambda_client, name)
    assert error == {"errorMessage": "not today", "errorType": "Custom.NoReason"}
    assert "Error Type: Runtime.NoReason" in log


def can_be_built(program):
    """Skips the test if not."""
    if tool(program) is None:
        pytest.skip(f"there is nothing here to build {program} with")
    if program.startswith("rust") and not cached(program).exists() and os.environ.get("BODA_TEST_SOAK") != "true":
        pytest.skip("its first build takes minutes: ./boda test --soak")


@pytest.fixture(params=["go", "rust"])
def program(request, create, name):
    """A function that AWS's client for the language runs, compiled."""
    language = request.param
    can_be_built(language)
    create(name, package(built(language)), Runtime="provided.al2023", Handler="main", Timeout=2,
           Environment={"Variables": {"GREETING": "hello"}})
    return language


def test_a_compiled_program_runs_by_awss_own_client(program, invoke, lambda_client, name):
    for _ in range(3):
        answer, response = invoke(name, {"what": "you"}, LogType="Tail")
        assert answer == {"hello": "you"}
    assert "greeted" in tail(response)

    its, response = invoke(name, {"what": "context"})
    arn = lambda_client.get_function_configuration(FunctionName=name)["FunctionArn"]
    assert its["id"] == response["ResponseMetadata"]["RequestId"] and its["arn"] == arn
    assert its["name"] == name and its["version"] == "$LATEST" and its["memory"] == 128
    assert its["group"] == f"/aws/lambda/{name}" and its["trace"].startswith("Root=1-")
    if program == "go":
        assert 0 < its["left"] <= 2000 and its["handler"] == "main" and its["engine"] == ""
        assert its["root"] == "/var/task" and its["greeting"] == "hello"

    large, _ = invoke(name, {"what": "large", "bytes": 6_000_000})
    assert len(large) == 6_000_000


def test_a_compiled_program_fails_as_on_aws(program, invoke, name):
    errors = {what: invoke(name, {"what": what})[0] for what in ("error", "panic", "exit", "sleep")}
    assert errors["error"]["errorMessage"] == "no luck"
    if program == "go":
        assert errors["error"]["errorType"] == "odd"
        assert invoke(name, {"what": "plain"})[0] == {"errorMessage": "no luck either", "errorType": "errorString"}
        assert errors["panic"]["errorMessage"] == "at the panic" and errors["panic"]["errorType"] == "string"
        assert errors["panic"]["stackTrace"][0]["label"]
    assert errors["exit"]["errorType"] == "Runtime.ExitError" and "exit status 3" in errors["exit"]["errorMessage"]
    assert errors["sleep"]["errorType"] == "Sandbox.Timedout"
    assert invoke(name, {"what": "again"})[0] == {"hello": "again"}


@pytest.mark.parametrize("program", ["go-sdk", "rust-sdk"])
def test_a_compiled_program_calls_aws_by_its_sdk(program, create, invoke, lambda_client, name):
    can_be_built(program)
    other = f"{name}-other"
    create(other, package(BOOTSTRAP, **{"function.sh": FUNCTION}), Runtime="provided.al2023", Handler="function.handler")
    create(name, package(built(program)), Runtime="provided.al2023", Handler="main", Timeout=10, MemorySize=192)
    arn = lambda_client.get_function_configuration(FunctionName=name)["FunctionArn"]
    answer, _ = invoke(name, {"function": other})
    assert answer == {"arn": arn, "memory": 192, "called": """Echoing request: '"from the SDK"'"""}


def test_a_go_program_streams_its_answer(create, lambda_client, name):
    can_be_built("go")
    create(name, package(built("go")), Runtime="provided.al2023")
    stream = lambda_client.invoke_with_response_stream(FunctionName=name, Payload=b'{"what": "stream"}')["EventStream"]
    pieces = [event["PayloadChunk"]["Payload"] for event in stream if "PayloadChunk" in event]
    head, body = b"".join(pieces).split(bytes(8))
    assert json.loads(head)["statusCode"] == 200 and body == b"012" and len(pieces) > 1


def test_a_language_without_a_client_here_is_refused_by_name(lambda_client, name):
    with pytest.raises(ClientError) as refused:
        lambda_client.create_function(FunctionName=name, Runtime="dotnet8", Handler="A::B::C", Code={"ZipFile": package("")},
                                      Role="arn:aws:iam::000000000000:role/r")
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert "dotnet8" in refused.value.response["Error"]["Message"]
