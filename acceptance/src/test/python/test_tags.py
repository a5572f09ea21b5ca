"""Tags of functions, through boto3."""

import pytest
from boda import python_function
from botocore.exceptions import ClientError

ECHO = python_function("def lambda_handler(e, c):\n    return e\n")


def refused(call, **members):
    with pytest.raises(ClientError) as raised:
        call(**members)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


def test_tags_are_given_listed_and_taken(lambda_client, create, name):
    arn = create(name, ECHO, Tags={"made": "with it"})["FunctionArn"]
    assert lambda_client.list_tags(Resource=arn)["Tags"] == {"made": "with it"}
    assert lambda_client.get_function(FunctionName=name)["Tags"] == {"made": "with it"}
    lambda_client.tag_resource(Resource=arn, Tags={"made": "anew", "größe": "9 + 1 @ x"})
    assert lambda_client.list_tags(Resource=arn)["Tags"] == {"made": "anew", "größe": "9 + 1 @ x"}
    lambda_client.untag_resource(Resource=arn, TagKeys=["made", "größe", "unknown"])
    assert lambda_client.list_tags(Resource=arn)["Tags"] == {}
    assert "Tags" not in lambda_client.get_function(FunctionName=name)


def test_every_operation_refuses_what_does_not_exist(lambda_client, create, name):
    arn = create(name, ECHO)["FunctionArn"]
    unknown = ("ResourceNotFoundException", "Function not found: " + arn + "x")
    assert refused(lambda_client.list_tags, Resource=arn + "x") == unknown
    assert refused(lambda_client.tag_resource, Resource=arn + "x", Tags={"a": "b"}) == unknown
    assert refused(lambda_client.untag_resource, Resource=arn + "x", TagKeys=["a"]) == unknown
    assert refused(lambda_client.tag_resource, Resource=arn + ":1", Tags={"a": "b"}) == (
        "InvalidParameterValueException",
        "Tags on function aliases and versions are not supported. Please specify a function ARN.")


def test_a_tag_too_many_is_refused(lambda_client, create, name):
    arn = create(name, ECHO, Tags={f"key{i}": "" for i in range(50)})["FunctionArn"]
    assert refused(lambda_client.tag_resource, Resource=arn, Tags={"more": ""}) == (
        "InvalidParameterValueException", "Number of tags exceeds resource tag limit.")
