"""Runtime management of $LATEST, through boto3."""

import pytest
from boda import python_function
from botocore.exceptions import ClientError

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
