"""How asynchronous invocations are tried again, and who hears of their end: what is configured, shown and refused."""

import datetime
import signal
import time

import pytest
from boda import Server
from conftest import client_factory
from members import ONE
from test_provisioned import made
from test_versions import ARN, refused

NOTHING = {"OnSuccess": {}, "OnFailure": {}}
INVALID = "InvalidParameterValueException"


@pytest.fixture
def function(lambda_client, name):
    yield made(lambda_client, name, ONE)
    lambda_client.delete_function(FunctionName=name)


@pytest.fixture
def other(lambda_client, name):
    yield made(lambda_client, name + "-other", ONE)
    lambda_client.delete_function(FunctionName=name + "-other")


def put(client, name, **members):
    answer = client.put_function_event_invoke_config(FunctionName=name, **members)
    del answer["ResponseMetadata"]
    return answer


def get(client, name, **members):
    answer = client.get_function_event_invoke_config(FunctionName=name, **members)
    del answer["ResponseMetadata"]
    return answer


def test_a_config_says_what_was_said_and_no_more(lambda_client, function):
    before = time.time()
    answer = put(lambda_client, function, MaximumRetryAttempts=0)
    changed = answer.pop("LastModified")
    assert isinstance(changed, datetime.datetime) and before - 1 < changed.timestamp() < time.time() + 1
    assert answer == {"FunctionArn": f"{ARN}{function}:$LATEST", "MaximumRetryAttempts": 0,
                      "DestinationConfig": NOTHING}
    assert get(lambda_client, function) == {**answer, "LastModified": changed}
    updated = lambda_client.update_function_event_invoke_config(FunctionName=function, MaximumEventAgeInSeconds=60)
    assert (updated["MaximumRetryAttempts"], updated["MaximumEventAgeInSeconds"]) == (0, 60)
    assert updated["LastModified"] > changed
    assert "MaximumEventAgeInSeconds" not in put(lambda_client, function, MaximumRetryAttempts=2)
    deleted = lambda_client.delete_function_event_invoke_config(FunctionName=function)
    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 204
    sentence = f"The function {ARN}{function}:$LATEST doesn't have an EventInvokeConfig"
    for call in (lambda_client.get_function_event_invoke_config, lambda_client.delete_function_event_invoke_config):
        assert refused("ResourceNotFoundException", call, FunctionName=function) == sentence
    assert refused("ResourceNotFoundException", lambda_client.update_function_event_invoke_config,
                   FunctionName=function, MaximumRetryAttempts=1) == sentence


def test_what_is_not_said_or_not_there(lambda_client, function):
    for call in (lambda_client.put_function_event_invoke_config, lambda_client.update_function_event_invoke_config):
        for name in (function, "none"):
            assert refused(INVALID, call, FunctionName=name) == (
                "You must specify at least one of error handling or destination setting.")
        for where in ({"FunctionName": "none"}, {"FunctionName": function, "Qualifier": "none"},
                      {"FunctionName": function, "Qualifier": "7"}):
            assert refused("ResourceNotFoundException", call, **where, MaximumRetryAttempts=1) == (
                "The function doesn't exist.")
    assert refused("ResourceNotFoundException", lambda_client.list_function_event_invoke_configs,
                   FunctionName="none") == "The function doesn't exist."
    assert lambda_client.list_function_event_invoke_configs(FunctionName=function)["FunctionEventInvokeConfigs"] == []


def test_destinations_are_other_functions(lambda_client, function, other):
    def refusal(destination, outcome="OnFailure"):
        return refused(INVALID, lambda_client.put_function_event_invoke_config, FunctionName=function,
                       DestinationConfig={outcome: {"Destination": destination}})

    to = {"OnSuccess": {"Destination": ARN + other}, "OnFailure": {"Destination": f"{ARN}{other}:1"}}
    assert put(lambda_client, function, DestinationConfig=to)["DestinationConfig"] == to
    assert refusal(ARN + function) == "You can't specify the function as a destination for itself."
    assert refusal(ARN + "none") == f"The destination ARN {ARN}none is invalid."
    assert refusal("arn:aws:s3:::bucket", "OnSuccess") == (
        "The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:s3:::bucket),"
        " onFailure=null) is invalid.")
    fifo = "arn:aws:sqs:us-east-1:000000000000:queue.fifo"
    assert refusal(fifo) == f"The destination ARN {fifo} is invalid."
    for named, arn in {"SQS": fifo.removesuffix(".fifo"), "SNS": "arn:aws:sns:us-east-1:000000000000:topic",
                       "EventBridge": "arn:aws:events:us-east-1:000000000000:event-bus/default",
                       "S3": "arn:aws:s3:::bucket"}.items():
        assert refusal(arn) == f"Boda does not support {named} destinations yet; see docs/parity.md"
    assert "failed to satisfy constraint" in refused(
        "ValidationException", lambda_client.put_function_event_invoke_config, FunctionName=function,
        DestinationConfig={"OnFailure": {"Destination": "queue"}})
    assert get(lambda_client, function)["DestinationConfig"] == to


def test_they_go_with_their_alias_their_version_and_their_function(lambda_client, function):
    lambda_client.create_alias(FunctionName=function, Name="live", FunctionVersion="1")
    for qualifier in ("$LATEST", "1", "live"):
        put(lambda_client, function, Qualifier=qualifier, MaximumRetryAttempts=1)

    def listed():
        answer = lambda_client.list_function_event_invoke_configs(FunctionName=function)
        return [each["FunctionArn"].removeprefix(f"{ARN}{function}:") for each in answer["FunctionEventInvokeConfigs"]]

    assert listed() == ["$LATEST", "1", "live"]
    lambda_client.delete_alias(FunctionName=function, Name="live")
    assert listed() == ["$LATEST", "1"]
    lambda_client.delete_function(FunctionName=function, Qualifier="1")
    assert listed() == ["$LATEST"]
    lambda_client.delete_function(FunctionName=function)
    made(lambda_client, function, ONE)
    assert listed() == []


def test_they_outlive_the_server_killed(tmp_path):
    with Server(tmp_path) as running:
        client = client_factory(running)("lambda")
        made(client, "lasting", ONE)
        client.create_alias(FunctionName="lasting", Name="live", FunctionVersion="1")
        put(client, "lasting", MaximumRetryAttempts=0)
        put(client, "lasting", Qualifier="1", MaximumEventAgeInSeconds=60)
        client.put_function_recursion_config(FunctionName="lasting", RecursiveLoop="Allow")
        before = [get(client, "lasting"), get(client, "lasting", Qualifier="1"),
                  put(client, "lasting", Qualifier="live", MaximumRetryAttempts=1)]
        running.stop(signal.SIGKILL)
    with Server(tmp_path) as running:
        client = client_factory(running)("lambda")
        assert [get(client, "lasting"), get(client, "lasting", Qualifier="1"),
                get(client, "lasting", Qualifier="live")] == before
        assert client.get_function_recursion_config(FunctionName="lasting")["RecursiveLoop"] == "Allow"
