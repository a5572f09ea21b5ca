"""Every call is an access request, Boda's own included: --log-access shows who asks to do what with which resource."""

import json
import re
import time

import boto3
import pytest
from boda import Server, python_function
from conftest import ROLE, client_factory

LINE = re.compile(r"access: principal=(\S+) action=(\S+) resource=(\S+)(.* )allowed$")
ROOT = "arn:aws:iam::000000000000:root"
SESSION = "arn:aws:sts::123456789012:assumed-role/LambdaBasicRole/asks"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:asks"
SOURCE = """
import os

def lambda_handler(event, context):
    return [os.environ[n] for n in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")]
"""


@pytest.fixture(scope="module")
def logging(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("logging"), "--log-access", "--log-level", "error") as running:
        yield running


def asked(server):
    return [found.groups() for found in map(LINE.search, server.lines) if found]


def awaited(server, *request):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = [rest for *who, rest in asked(server) if tuple(who) == request]
        if found:
            return found[-1]
        time.sleep(0.05)
    raise AssertionError(f"{request} is not among " + "\n".join(map(str, asked(server))))


def test_calls_and_what_boda_does_by_itself_are_shown(logging):
    client = client_factory(logging)("lambda")
    client.create_function(FunctionName="asks", Runtime="python3.12", Role=ROLE, Handler="lambda_function.lambda_handler",
                           Code={"ZipFile": python_function(SOURCE)})
    created = awaited(logging, ROOT, "lambda:CreateFunction", FUNCTION)
    assert " aws:SourceIp=127.0.0.1 " in created and " aws:PrincipalAccount=000000000000 " in created
    assert " aws:RequestedRegion=us-east-1 " in created and " aws:SecureTransport=false " in created
    assert " iam:PassedToService=lambda.amazonaws.com" in awaited(logging, ROOT, "iam:PassRole", ROLE)
    client.get_waiter("function_active_v2").wait(FunctionName="asks")

    answer = client.invoke(FunctionName="000000000000:function:asks", Qualifier="$LATEST", Payload=b"{}")
    key, secret, token = json.loads(answer["Payload"].read())
    awaited(logging, ROOT, "lambda:InvokeFunction", FUNCTION + ":$LATEST")
    awaited(logging, "lambda.amazonaws.com", "sts:AssumeRole", ROLE)
    group = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/asks:log-stream:"
    awaited(logging, SESSION, "logs:CreateLogGroup", group)
    assert [resource for who, action, resource, _ in asked(logging)
            if who == SESSION and action == "logs:PutLogEvents" and resource.startswith(group + "20")]

    function = boto3.client("logs", endpoint_url=logging.url, region_name="us-east-1", aws_access_key_id=key,
                            aws_secret_access_key=secret, aws_session_token=token)
    function.describe_log_groups()
    # A function's keys reach its own account, whatever account its role names.
    rest = awaited(logging, SESSION, "logs:DescribeLogGroups",
                   "arn:aws:logs:us-east-1:000000000000:log-group::log-stream:")
    assert f" aws:PrincipalArn={ROLE} " in rest and " aws:PrincipalType=AssumedRole " in rest


def test_unless_it_is_asked_for_nothing_is_shown(server, lambda_client):
    lambda_client.list_functions()
    assert not asked(server)
