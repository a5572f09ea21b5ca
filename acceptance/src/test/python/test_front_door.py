"""The front door: one port, found by signature, host, path or target, for every client that is pointed at it."""

import http.client
import json
import re
import subprocess
import urllib.request
from urllib.error import HTTPError
from urllib.parse import urlparse

import pytest
from boda import LAUNCHER, Server, launcher_environment, python_function, zipped
from botocore.exceptions import ClientError
from conftest import ROLE, client_factory


def ask(server, method, path, headers=None, body=None):
    address = urlparse(server.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    return response, response.read()


@pytest.mark.parametrize("host", [
    "localhost:4566", "lambda.us-east-1.amazonaws.com", "lambda.us-east-1.localhost.localstack.cloud:4566",
    "localhost.localstack.cloud:4566",
])
def test_every_host_name_reaches_the_same_functions(server, create, name, host):
    create(name, python_function("def lambda_handler(e, c): return 1"))
    response, body = ask(server, "GET", f"/2015-03-31/functions/{name}", {"Host": host})
    assert response.status == 200
    assert json.loads(body)["Configuration"]["FunctionArn"].startswith("arn:aws:lambda:us-east-1:000000000000:")


def test_a_host_name_says_the_region_of_an_unsigned_request(server, name):
    response, body = ask(server, "GET", f"/2015-03-31/functions/{name}", {"Host": "lambda.eu-north-1.amazonaws.com"})
    assert response.status == 404
    assert json.loads(body)["Message"] == f"Function not found: arn:aws:lambda:eu-north-1:000000000000:function:{name}"
    assert response.headers["x-amzn-ErrorType"].startswith("ResourceNotFoundException")
    assert response.headers["x-amzn-RequestId"]


def test_an_unknown_service_is_refused_by_name(clients):
    with pytest.raises(ClientError) as caught:
        clients("sqs").list_queues()
    assert "sqs" in str(caught.value).lower()
    assert 400 <= caught.value.response["ResponseMetadata"]["HTTPStatusCode"] < 600


def test_an_operation_that_is_not_built_is_refused_by_name(lambda_client, logs_client, create, name):
    create(name, python_function("def lambda_handler(e, c): return 1"))
    with pytest.raises(ClientError) as caught:
        lambda_client.create_event_source_mapping(FunctionName=name, EventSourceArn="arn:aws:sqs:us-east-1:1:q")
    assert "CreateEventSourceMapping" in caught.value.response["Error"]["Message"]
    with pytest.raises(ClientError) as caught:
        logs_client.put_metric_filter(logGroupName="g", filterName="f", filterPattern="x", metricTransformations=[
            {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}])
    assert "PutMetricFilter" in caught.value.response["Error"]["Message"]


def test_an_unknown_path_is_answered(server):
    response, body = ask(server, "GET", "/2015-03-31/nothing-here",
                         {"Host": "lambda.us-east-1.amazonaws.com"})
    assert response.status == 404 and b"UnknownOperationException" in body + str(response.headers).encode()


@pytest.mark.parametrize("members", [
    {"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}},
    {"DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:000000000000:q"}},
    {"SnapStart": {"ApplyOn": "PublishedVersions"}},
])
def test_a_member_that_is_not_built_is_refused_by_name(lambda_client, name, members):
    with pytest.raises(ClientError) as caught:
        lambda_client.create_function(
            FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="lambda_function.lambda_handler",
            Code={"ZipFile": python_function("")}, **members)
    assert list(members)[0] in caught.value.response["Error"]["Message"]
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.get_function(FunctionName=name)


def test_an_arn_of_another_region_is_refused_in_awss_words(lambda_client):
    with pytest.raises(ClientError) as caught:
        lambda_client.get_function(FunctionName="arn:aws:lambda:eu-west-1:000000000000:function:f")
    assert caught.value.response["Error"]["Message"] == (
        "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')")


def test_a_role_of_another_account_is_accepted(create, name):
    assert create(name, python_function("def lambda_handler(e, c): return 1"),
                  Role="arn:aws:iam::999999999999:role/service-role/other")["Role"].endswith("service-role/other")


def test_constraints_are_refused_in_awss_sentence(lambda_client, name):
    with pytest.raises(ClientError) as caught:
        lambda_client.create_function(
            FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="h" * 129,
            Code={"ZipFile": python_function("")})
    assert caught.value.response["Error"]["Message"] == (
        f"1 validation error detected: Value '{'h' * 129}' at 'handler' failed to satisfy constraint: "
        "Member must have length less than or equal to 128")


def test_code_cannot_be_downloaded_without_its_token(server):
    with pytest.raises(HTTPError) as caught:
        urllib.request.urlopen(server.url + "/_boda/code/" + "0" * 64)
    assert caught.value.code == 403


def test_exact_runtimes_refuse_what_would_run_on_another_version(tmp_path):
    # No machine has every minor version of both languages: one of these stands in for another.
    with Server(tmp_path / "near") as near:
        client = client_factory(near)("lambda")
        standing_in = [runtime for runtime in ["nodejs18.x", "nodejs22.x", "nodejs24.x", "python3.8", "python3.14"]
                       if any(runtime in line for line in near.lines if "WARNING" in line)]
        assert standing_in
        source = {"index.js": "exports.handler = async () => process.version;",
                  "lambda_function.py": "import sys\ndef lambda_handler(e, c): return sys.version\n"}
        runtime = standing_in[0]
        request = dict(FunctionName="f", Runtime=runtime, Role=ROLE, Code={"ZipFile": zipped(source)},
                       Handler="index.handler" if runtime.startswith("node") else "lambda_function.lambda_handler")
        client.create_function(**request)
        answer = client.invoke(FunctionName="f", LogType="Tail")
        assert "FunctionError" not in answer
        assert "x-boda-runtime" in answer["ResponseMetadata"]["HTTPHeaders"]
    with Server(tmp_path / "exact", "--exact-runtimes") as exact:
        client = client_factory(exact)("lambda")
        with pytest.raises(ClientError) as caught:
            client.create_function(**request)
        assert "install" in caught.value.response["Error"]["Message"]


def test_a_configured_interpreter_is_the_one_that_runs(tmp_path):
    doctor = subprocess.run([str(LAUNCHER), "doctor"], env=launcher_environment(), capture_output=True, text=True,
                            check=True).stdout
    found = dict(re.findall(r"^  (python3\.\d+) .* exact +(/\S+)$", doctor, re.MULTILINE))
    if len(found) < 2:
        pytest.skip("this machine has one Python only: " + ", ".join(found))
    runtime, other = sorted(found)[:2]
    (tmp_path / "boda.json").write_text(json.dumps({"runtimes": {runtime: [found[other]]}}))
    with Server(tmp_path / "data", "--config", str(tmp_path / "boda.json")) as server:
        client = client_factory(server)("lambda")
        client.create_function(
            FunctionName="f", Runtime=runtime, Role=ROLE, Handler="lambda_function.lambda_handler",
            Code={"ZipFile": python_function(
                "import sys\ndef lambda_handler(e, c): return 'python%d.%d' % sys.version_info[:2]\n")})
        assert client.invoke(FunctionName="f")["Payload"].read() == f'"{other}"'.encode()
