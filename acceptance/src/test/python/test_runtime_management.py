"""Runtime management of $LATEST and of versions, through boto3."""

import pytest
from boda import python_function
from botocore.exceptions import ClientError
from test_versions import ARN, made, refused

ECHO = python_function("def lambda_handler(e, c):\n    return e\n")


def without_metadata(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_it_is_kept(lambda_client, create, invoke, name):
    arn = create(name, ECHO)["FunctionArn"]
    assert without_metadata(lambda_client.get_runtime_management_config(FunctionName=name)) == {
        "UpdateRuntimeOn": "Auto", "FunctionArn": arn}
    release = lambda_client.get_function_configuration(
        FunctionName=name)["RuntimeVersionConfig"]["RuntimeVersionArn"]
    for wanted in ({"UpdateRuntimeOn": "FunctionUpdate"},
                   {"UpdateRuntimeOn": "Manual", "RuntimeVersionArn": release},
                   {"UpdateRuntimeOn": "Auto"}):
        put = lambda_client.put_runtime_management_config(FunctionName=name, **wanted)
        assert without_metadata(put) == {**wanted, "FunctionArn": arn}
        got = lambda_client.get_runtime_management_config(FunctionName=name)
        assert without_metadata(got) == without_metadata(put)
    assert invoke(name, 1)[0] == 1


def test_refusals(lambda_client, create, name):
    create(name, ECHO)
    for function, members, code in (
            (name, {"UpdateRuntimeOn": "Manual"}, "InvalidParameterValueException"),
            (name, {"UpdateRuntimeOn": "Manual",
                    "RuntimeVersionArn": "arn:aws:lambda:us-east-1::runtime:" + "0" * 64},
             "InvalidParameterValueException"),
            (name, {"UpdateRuntimeOn": "Never"}, "ValidationException"),
            (name + "x", {"UpdateRuntimeOn": "Auto"}, "ResourceNotFoundException")):
        with pytest.raises(ClientError) as refused:
            lambda_client.put_runtime_management_config(FunctionName=function, **members)
        assert refused.value.response["Error"]["Code"] == code
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.get_runtime_management_config(FunctionName=name + "x")


def test_a_version_has_its_own(lambda_client, name):
    made(lambda_client, name, Publish=True)
    lambda_client.put_runtime_management_config(FunctionName=name, Qualifier="1", UpdateRuntimeOn="FunctionUpdate")
    of_version = lambda_client.get_runtime_management_config(FunctionName=name, Qualifier="1")
    assert (of_version["UpdateRuntimeOn"], of_version["FunctionArn"]) == ("FunctionUpdate", f"{ARN}{name}:1")
    assert lambda_client.get_runtime_management_config(FunctionName=name)["UpdateRuntimeOn"] == "Auto"
    lambda_client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    assert refused("ResourceNotFoundException", lambda_client.get_runtime_management_config, FunctionName=name,
                   Qualifier="live") == f"Function not found: {ARN}{name}:live"
