"""The packaged server as a process, and the clients that drive it: boto3 and version 2 of AWS's CLI."""

import json
import resource
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

sys.path.insert(0, str(Path(__file__).parent))

from boda import AWS_CLI, Server, aws_environment  # noqa: E402

# Whoever runs the tests in the background has them ignore this signal, and servers that they start would too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Files that measure time, or what the whole machine does: `tools/test` runs them one after the other, and the others
# beside each other.
ALONE = ["bench", "bombs", "concurrency", "function_urls", "hostile", "limits", "load", "neighbours", "node_streaming",
         "provisioned", "scale", "start", "storm", "streaming"]

ROLE = "arn:aws:iam::123456789012:role/LambdaBasicRole"


def pytest_configure(config):
    config.addinivalue_line("markers", "alone: measures time, or what the whole machine does")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.stem.removeprefix("test_") in ALONE:
            item.add_marker("alone")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture(scope="session")
def clients(server):
    """Makes boto3 clients: clients("lambda", region_name=…)."""
    return client_factory(server)


def client_factory(server):
    def make(service, account="test", region_name="us-east-1", **config):
        return boto3.client(
            service,
            endpoint_url=server.url,
            region_name=region_name,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=Config(**{"retries": {"total_max_attempts": 1}, "read_timeout": 70, **config}),
        )

    return make


@pytest.fixture(scope="session")
def lambda_client(clients):
    return clients("lambda")


@pytest.fixture(scope="session")
def logs_client(clients):
    return clients("logs")


@pytest.fixture(scope="module")
def many_descriptors():
    """For tests that open connections by the thousand."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16_384), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def name():
    return "fn-" + uuid.uuid4().hex[:12]


@pytest.fixture
def create(lambda_client):
    """Creates functions that are deleted after the test: create(name, zip_bytes, Runtime=…)."""
    made = []

    def make(function_name, package, **members):
        request = {
            "FunctionName": function_name,
            "Runtime": "python3.12",
            "Role": ROLE,
            "Handler": "lambda_function.lambda_handler",
            "Code": {"ZipFile": package},
            **members,
        }
        answer = lambda_client.create_function(**request)
        made.append(function_name)
        lambda_client.get_waiter("function_active_v2").wait(
            FunctionName=function_name, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
        )
        return answer

    yield make
    for function_name in made:
        try:
            lambda_client.delete_function(FunctionName=function_name)
        except lambda_client.exceptions.ResourceNotFoundException:
            pass


@pytest.fixture
def invoke(lambda_client):
    """Invokes and decodes: invoke(name, payload) → (decoded answer, whole response)."""

    def call(function_name, payload=None, **members):
        response = lambda_client.invoke(
            FunctionName=function_name, Payload=json.dumps(payload).encode(), **members
        )
        body = response["Payload"].read()
        return (json.loads(body) if body else None), response

    return call


@pytest.fixture
def aws(server):
    """Runs AWS's CLI: aws("lambda", "list-functions") → standard output; a failing command fails the test."""

    def run(*arguments, check=True, cwd=None):
        done = subprocess.run(
            [AWS_CLI, "--endpoint-url", server.url, *arguments],
            env=aws_environment(),
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if check:
            assert done.returncode == 0, done.stderr
            return done.stdout
        return done

    return run
