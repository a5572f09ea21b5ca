"""Provisioned concurrency of versions and aliases: environments that are there before anybody calls."""

import json
import time

import pytest
from boda import Server, python_function
from conftest import ROLE, client_factory
from test_versions import ARN, active, refused

TELLS = python_function("""
import os, time, uuid
environment = str(uuid.uuid4())
def lambda_handler(event, context):
    return [environment, os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]]
""")


def made(client, name, package=TELLS):
    client.create_function(FunctionName=name, Runtime="python3.12", Role=ROLE, Code={"ZipFile": package},
                           Handler="lambda_function.lambda_handler", Publish=True)
    active(client, name)
    return name


@pytest.fixture
def function(lambda_client, name):
    yield made(lambda_client, name)
    lambda_client.delete_function(FunctionName=name)


def put(client, name, qualifier, environments):
    return client.put_provisioned_concurrency_config(
        FunctionName=name, Qualifier=qualifier, ProvisionedConcurrentExecutions=environments)


def ended(client, name, qualifier):
    """How it stands when it is no longer in progress."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answer = client.get_provisioned_concurrency_config(FunctionName=name, Qualifier=qualifier)
        if answer["Status"] != "IN_PROGRESS":
            return answer
        time.sleep(0.05)
    raise AssertionError(answer)


def run(client, name, qualifier):
    return json.loads(client.invoke(FunctionName=name, Qualifier=qualifier)["Payload"].read())


@pytest.mark.parametrize("qualifier", ["1", "live"])
def test_what_is_provisioned_is_there_before_a_call(lambda_client, function, qualifier):
    lambda_client.create_alias(FunctionName=function, Name="live", FunctionVersion="1")
    before = put(lambda_client, function, qualifier, 2)
    assert before["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert (before["Status"], before["RequestedProvisionedConcurrentExecutions"]) == ("IN_PROGRESS", 2)
    after = ended(lambda_client, function, qualifier)
    assert {key: after[key] for key in after if key not in ("ResponseMetadata", "LastModified")} == {
        "RequestedProvisionedConcurrentExecutions": 2, "AvailableProvisionedConcurrentExecutions": 2,
        "AllocatedProvisionedConcurrentExecutions": 2, "Status": "READY"}
    assert run(lambda_client, function, qualifier)[1] == "provisioned-concurrency"
    assert run(lambda_client, function, "1")[1] == "provisioned-concurrency"
    listed = lambda_client.list_provisioned_concurrency_configs(FunctionName=function)["ProvisionedConcurrencyConfigs"]
    assert [(each["FunctionArn"], each["Status"]) for each in listed] == [(f"{ARN}{function}:{qualifier}", "READY")]
    lambda_client.delete_provisioned_concurrency_config(FunctionName=function, Qualifier=qualifier)
    assert refused("ProvisionedConcurrencyConfigNotFoundException", lambda_client.get_provisioned_concurrency_config,
                   FunctionName=function, Qualifier=qualifier) == (
        "No Provisioned Concurrency Config found for this function")
    assert lambda_client.list_provisioned_concurrency_configs(FunctionName=function)["ProvisionedConcurrencyConfigs"] == []
    assert run(lambda_client, function, "1")[1] == "on-demand"


def test_it_moves_with_its_alias(lambda_client, function):
    lambda_client.create_alias(FunctionName=function, Name="live", FunctionVersion="1")
    put(lambda_client, function, "live", 1)
    ended(lambda_client, function, "live")
    lambda_client.update_function_configuration(FunctionName=function, Description="second")
    active(lambda_client, function)
    lambda_client.publish_version(FunctionName=function)
    lambda_client.update_alias(FunctionName=function, Name="live", FunctionVersion="2")
    assert ended(lambda_client, function, "live")["Status"] == "READY"
    assert run(lambda_client, function, "2")[1] == "provisioned-concurrency"
    assert run(lambda_client, function, "1")[1] == "on-demand"


def test_init_that_fails_is_said(lambda_client, name):
    made(lambda_client, name, python_function("raise ValueError('never')\ndef lambda_handler(event, context): pass\n"))
    put(lambda_client, name, "1", 1)
    failed = ended(lambda_client, name, "1")
    assert (failed["Status"], failed["StatusReason"]) == ("FAILED", "FUNCTION_ERROR_INIT_FAILURE")
    assert failed["AllocatedProvisionedConcurrentExecutions"] == 0
    lambda_client.delete_function(FunctionName=name)


def test_what_cannot_be_provisioned(lambda_client, function):
    def refusal(code, qualifier, environments=1):
        return refused(code, lambda_client.put_provisioned_concurrency_config, FunctionName=function,
                       Qualifier=qualifier, ProvisionedConcurrentExecutions=environments)

    assert refusal("InvalidParameterValueException", "$LATEST") == (
        "Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
    assert refusal("ResourceNotFoundException", "7") == f"Function not found: {ARN}{function}:7"
    assert refusal("ResourceNotFoundException", "none") == f"Cannot find alias arn: {ARN}{function}:none"
    assert refusal("InvalidParameterValueException", "1", 1_001) == (
        "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [1000].")
    assert refusal("InvalidParameterValueException", "1", 901) == (
        "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum"
        " value of [100].")
    lambda_client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=2)
    assert refusal("InvalidParameterValueException", "1", 3) == (
        "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function")
    put(lambda_client, function, "1", 2)
    assert refused("InvalidParameterValueException", lambda_client.put_function_concurrency, FunctionName=function,
                   ReservedConcurrentExecutions=1) == (
        " ReservedConcurrentExecutions  1 should not be lower than function's total provisioned concurrency [2].")
    lambda_client.create_alias(FunctionName=function, Name="live", FunctionVersion="1")
    assert refusal("ResourceConflictException", "live") == (
        "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version")
    refused("ResourceNotFoundException", lambda_client.list_provisioned_concurrency_configs, FunctionName="none")
    refused("ResourceNotFoundException", lambda_client.delete_provisioned_concurrency_config, FunctionName="none",
            Qualifier="1")


def test_it_is_there_again_after_a_restart(tmp_path):
    with Server(tmp_path) as running:
        client = client_factory(running)("lambda")
        made(client, "lasting")
        put(client, "lasting", "1", 1)
        ended(client, "lasting", "1")
    with Server(tmp_path) as running:
        client = client_factory(running)("lambda")
        assert ended(client, "lasting", "1")["Status"] == "READY"
        assert run(client, "lasting", "1")[1] == "provisioned-concurrency"
