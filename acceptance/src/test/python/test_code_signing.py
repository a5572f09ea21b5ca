"""Code signing configs, through boto3. Nothing is signed by anybody here."""

import pytest
from boda import Server, python_function
from botocore.exceptions import ClientError
from conftest import ROLE, client_factory

ECHO = python_function("def lambda_handler(e, c):\n    return e\n")
PUBLISHERS = {"SigningProfileVersionArns": ["arn:aws:signer:us-east-1:123456789012:/signing-profiles/test"]}
UNKNOWN = "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-01234567890abcdef"


def make(client, policy, **members):
    return client.create_code_signing_config(
        AllowedPublishers=PUBLISHERS, CodeSigningPolicies={"UntrustedArtifactOnDeployment": policy}, **members
    )["CodeSigningConfig"]


def refused(call, **members):
    with pytest.raises(ClientError) as raised:
        call(**members)
    return raised.value.response["Error"]["Code"]


def test_a_config_lives(lambda_client):
    made = make(lambda_client, "Enforce", Description="mine", Tags={"a": "b"})
    arn = made["CodeSigningConfigArn"]
    assert lambda_client.get_code_signing_config(CodeSigningConfigArn=arn)["CodeSigningConfig"] == made
    assert lambda_client.list_tags(Resource=arn)["Tags"] == {"a": "b"}
    changed = lambda_client.update_code_signing_config(
        CodeSigningConfigArn=arn, CodeSigningPolicies={"UntrustedArtifactOnDeployment": "Warn"})["CodeSigningConfig"]
    assert changed["CodeSigningPolicies"] == {"UntrustedArtifactOnDeployment": "Warn"}
    assert changed["Description"] == "mine"
    listed = lambda_client.get_paginator("list_code_signing_configs").paginate(PaginationConfig={"PageSize": 1})
    assert changed in listed.build_full_result()["CodeSigningConfigs"]
    lambda_client.delete_code_signing_config(CodeSigningConfigArn=arn)
    assert refused(lambda_client.get_code_signing_config, CodeSigningConfigArn=arn) == "ResourceNotFoundException"


def test_a_function_has_one(lambda_client, create, name):
    arn = make(lambda_client, "Warn")["CodeSigningConfigArn"]
    function = create(name, ECHO, CodeSigningConfigArn=arn)["FunctionArn"]
    has = lambda_client.get_function_code_signing_config(FunctionName=name)
    assert (has["CodeSigningConfigArn"], has["FunctionName"]) == (arn, name)
    assert lambda_client.list_functions_by_code_signing_config(
        CodeSigningConfigArn=arn)["FunctionArns"] == [function]
    assert refused(
        lambda_client.delete_code_signing_config, CodeSigningConfigArn=arn) == "ResourceConflictException"
    lambda_client.update_function_code(FunctionName=name, ZipFile=ECHO)

    strict = make(lambda_client, "Enforce")["CodeSigningConfigArn"]
    lambda_client.put_function_code_signing_config(FunctionName=name, CodeSigningConfigArn=strict)
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=name)
    assert refused(lambda_client.update_function_code, FunctionName=name, ZipFile=ECHO) == (
        "CodeVerificationFailedException")
    lambda_client.delete_function_code_signing_config(FunctionName=name)
    assert "CodeSigningConfigArn" not in lambda_client.get_function_code_signing_config(FunctionName=name)
    lambda_client.update_function_code(FunctionName=name, ZipFile=ECHO)
    for config in (arn, strict):
        lambda_client.delete_code_signing_config(CodeSigningConfigArn=config)


def test_what_does_not_exist_is_refused_by_every_operation(lambda_client, create, name):
    for operation in ("get_code_signing_config", "update_code_signing_config", "delete_code_signing_config",
                      "list_functions_by_code_signing_config"):
        assert refused(getattr(lambda_client, operation), CodeSigningConfigArn=UNKNOWN) == (
            "ResourceNotFoundException")
    create(name, ECHO)
    assert refused(lambda_client.put_function_code_signing_config, FunctionName=name,
                   CodeSigningConfigArn=UNKNOWN) == "CodeSigningConfigNotFoundException"
    for operation in ("get_function_code_signing_config", "delete_function_code_signing_config"):
        assert refused(getattr(lambda_client, operation), FunctionName=name + "x") == "ResourceNotFoundException"
    assert refused(lambda_client.create_code_signing_config,
                   AllowedPublishers={"SigningProfileVersionArns": ["no arn"]}) == "ValidationException"
    assert refused(lambda_client.list_code_signing_configs, Marker="no marker") == "InvalidParameterValueException"


def test_they_outlive_the_server(tmp_path):
    with Server(tmp_path / "data") as server:
        client = client_factory(server)("lambda")
        made = make(client, "Enforce")
        assert refused(client.create_function, FunctionName="f", Runtime="python3.12", Role=ROLE, Handler="f.f",
                       Code={"ZipFile": ECHO}, CodeSigningConfigArn=made["CodeSigningConfigArn"]) == (
            "CodeVerificationFailedException")
    with Server(tmp_path / "data") as server:
        client = client_factory(server)("lambda")
        assert client.list_code_signing_configs()["CodeSigningConfigs"] == [made]
