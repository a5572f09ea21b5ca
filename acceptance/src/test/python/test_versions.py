"""Versions, aliases and qualifiers: what is published stays, and names of it lead there."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from boda import Server, python_function
from botocore.exceptions import ClientError
from conftest import ROLE, client_factory

SAYS = """
import os
def lambda_handler(event, context):
    return ["%s", context.function_version, context.invoked_function_arn, context.log_stream_name,
            os.environ["AWS_LAMBDA_FUNCTION_VERSION"], os.environ.get("COLOUR")]
"""
ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
STALE = ("The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to"
         " retrieve the latest Revision Id")
# More than one run in ten million is outside.
DEVIATIONS = 5.3


def refused(code, call, **members):
    """The sentence of a refusal, and how it was refused."""
    with pytest.raises(ClientError) as refusal:
        call(**members)
    answer = refusal.value.response
    assert answer["Error"]["Code"] == code, answer
    return answer["Error"]["Message"]


def made(client, name, said="one", **members):
    answer = client.create_function(
        FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="lambda_function.lambda_handler",
        Code={"ZipFile": python_function(SAYS % said)}, **members)
    active(client, name)
    return answer


def active(client, name):
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})


def updated(client, name, said, **members):
    answer = client.update_function_code(FunctionName=name, ZipFile=python_function(SAYS % said), **members)
    active(client, name)
    return answer


def run(client, name, **members):
    answer = client.invoke(FunctionName=name, **members)
    assert "FunctionError" not in answer, answer["Payload"].read()
    return answer["ExecutedVersion"], json.loads(answer["Payload"].read())


def test_what_is_published_stays(lambda_client, name):
    made(lambda_client, name, Description="first", Environment={"Variables": {"COLOUR": "red"}})
    first = lambda_client.publish_version(FunctionName=name)
    assert (first["Version"], first["FunctionArn"]) == ("1", ARN + name + ":1")
    assert (first["State"], first["LastUpdateStatus"], first["Description"]) == ("Active", "Successful", "first")
    assert first["ResponseMetadata"]["HTTPStatusCode"] == 201
    lambda_client.get_waiter("published_version_active").wait(FunctionName=name, Qualifier="1")
    updated(lambda_client, name, "two")
    lambda_client.update_function_configuration(FunctionName=name, Environment={"Variables": {"COLOUR": "blue"}})
    active(lambda_client, name)
    second = lambda_client.publish_version(FunctionName=name, Description="second")
    assert (second["Version"], second["Description"]) == ("2", "second")
    for qualifier, said in (("1", ["one", "1", "red"]), ("2", ["two", "2", "blue"])):
        version, (text, context, arn, stream, variable, colour) = run(lambda_client, name, Qualifier=qualifier)
        assert (version, [text, context, colour]) == (qualifier, said)
        assert arn == ARN + name + ":" + qualifier and variable == qualifier and f"[{qualifier}]" in stream
    assert run(lambda_client, name)[0] == "$LATEST"
    assert run(lambda_client, f"{name}:1")[1][0] == "one"
    assert run(lambda_client, ARN + name + ":1")[1][0] == "one"
    assert lambda_client.get_function(FunctionName=name, Qualifier="1")["Configuration"]["CodeSha256"] == first["CodeSha256"]
    listed = lambda_client.list_versions_by_function(FunctionName=name)["Versions"]
    assert [(each["Version"], each["FunctionArn"]) for each in listed] == [
        (version, f"{ARN}{name}:{version}") for version in ("$LATEST", "1", "2")]
    page = lambda_client.list_versions_by_function(FunctionName=name, MaxItems=2)
    rest = lambda_client.list_versions_by_function(FunctionName=name, MaxItems=2, Marker=page["NextMarker"])
    assert [each["Version"] for each in page["Versions"] + rest["Versions"]] == ["$LATEST", "1", "2"]
    assert "NextMarker" not in rest


def test_nothing_is_published_twice_nor_what_is_not_meant(lambda_client, name):
    made(lambda_client, name)
    before = lambda_client.get_function_configuration(FunctionName=name)
    assert refused("PreconditionFailedException", lambda_client.publish_version, FunctionName=name,
                   RevisionId="wrong") == STALE
    assert "is different from current CodeSHA256 in $LATEST" in refused(
        "InvalidParameterValueException", lambda_client.publish_version, FunctionName=name, CodeSha256="wrong")
    first = lambda_client.publish_version(
        FunctionName=name, RevisionId=before["RevisionId"], CodeSha256=before["CodeSha256"])
    again = lambda_client.publish_version(FunctionName=name, Description="other")
    assert (again["Version"], again["RevisionId"]) == ("1", first["RevisionId"])
    assert refused("ResourceNotFoundException", lambda_client.publish_version, FunctionName="none") == (
        f"Function not found: {ARN}none")
    assert refused("ResourceNotFoundException", lambda_client.list_versions_by_function, FunctionName="none") == (
        f"Function not found: {ARN}none")


def test_creating_and_updating_may_publish(lambda_client, name):
    created = made(lambda_client, name, Publish=True)
    assert (created["Version"], created["FunctionArn"], created["State"]) == ("1", ARN + name, "Pending")
    assert run(lambda_client, name, Qualifier="1")[1][0] == "one"
    changed = updated(lambda_client, name, "two", Publish=True)
    assert (changed["Version"], changed["FunctionArn"], changed["State"]) == ("2", f"{ARN}{name}:2", "Pending")
    assert (changed["StateReason"], changed["StateReasonCode"]) == ("The function is being created.", "Creating")
    assert "LastUpdateStatus" not in changed
    lambda_client.get_waiter("published_version_active").wait(FunctionName=name, Qualifier="2", WaiterConfig={"Delay": 0.1})
    assert run(lambda_client, name, Qualifier="2")[1][0] == "two"
    every = [each for page in lambda_client.get_paginator("list_functions").paginate(
        FunctionVersion="ALL", PaginationConfig={"PageSize": 2}) for each in page["Functions"]]
    assert [each["Version"] for each in every if each["FunctionName"] == name] == ["$LATEST", "1", "2"]


def test_a_version_is_deleted_alone(lambda_client, name):
    made(lambda_client, name, Publish=True)
    updated(lambda_client, name, "two", Publish=True)
    lambda_client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    assert refused("ResourceConflictException", lambda_client.delete_function, FunctionName=name, Qualifier="1") == (
        "Unable to delete version because the following aliases reference it: [live]")
    assert refused("InvalidParameterValueException", lambda_client.delete_function, FunctionName=name,
                   Qualifier="live") == "Deletion of aliases is not currently supported."
    lambda_client.delete_function(FunctionName=name, Qualifier="2")
    lambda_client.delete_function(FunctionName=name, Qualifier="2")
    assert refused("ResourceNotFoundException", lambda_client.invoke, FunctionName=name, Qualifier="2") == (
        f"Function not found: {ARN}{name}:2")
    assert run(lambda_client, name, Qualifier="live")[1][0] == "one"
    updated(lambda_client, name, "three")
    assert lambda_client.publish_version(FunctionName=name)["Version"] == "3"


def test_an_alias_leads_to_its_version(lambda_client, name):
    made(lambda_client, name, Publish=True)
    updated(lambda_client, name, "two", Publish=True)
    alias = lambda_client.create_alias(FunctionName=name, Name="live", FunctionVersion="1", Description="what runs")
    assert {key: alias[key] for key in alias if key not in ("ResponseMetadata", "RevisionId")} == {
        "AliasArn": f"{ARN}{name}:live", "Name": "live", "FunctionVersion": "1", "Description": "what runs"}
    version, (text, context, arn, *_) = run(lambda_client, name, Qualifier="live")
    assert (version, text, context, arn) == ("1", "one", "1", f"{ARN}{name}:live")
    shown = lambda_client.get_function(FunctionName=f"{ARN}{name}:live")["Configuration"]
    assert (shown["Version"], shown["FunctionArn"]) == ("1", f"{ARN}{name}:live")
    moved = lambda_client.update_alias(FunctionName=name, Name="live", FunctionVersion="2", RevisionId=alias["RevisionId"])
    assert moved["Description"] == "what runs" and moved["RevisionId"] != alias["RevisionId"]
    assert run(lambda_client, f"{name}:live")[1][0] == "two"
    assert refused("PreconditionFailedException", lambda_client.update_alias, FunctionName=name, Name="live",
                   Description="late", RevisionId=alias["RevisionId"]) == STALE
    lambda_client.create_alias(FunctionName=name, Name="newest", FunctionVersion="$LATEST")
    assert run(lambda_client, name, Qualifier="newest")[0] == "$LATEST"
    listed = lambda_client.list_aliases(FunctionName=name)["Aliases"]
    assert [each["Name"] for each in listed] == ["live", "newest"]
    assert [each["Name"] for each in lambda_client.list_aliases(FunctionName=name, FunctionVersion="2")["Aliases"]] == ["live"]
    lambda_client.delete_alias(FunctionName=name, Name="live")
    lambda_client.delete_alias(FunctionName=name, Name="live")
    assert refused("ResourceNotFoundException", lambda_client.get_alias, FunctionName=name, Name="live") == (
        f"Cannot find alias arn: {ARN}{name}:live")
    assert refused("ResourceNotFoundException", lambda_client.invoke, FunctionName=name, Qualifier="live") == (
        f"Function not found: {ARN}{name}:live")


@pytest.mark.parametrize("members, code, sentence", [
    ({"FunctionVersion": "7"}, "ResourceNotFoundException", "Function not found: {arn}:7"),
    ({"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}}, "InvalidParameterValueException",
     "Invalid function version 1. Function version 1 is already included in routing configuration."),
    ({"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.5, "3": 0.1}}},
     "InvalidParameterValueException", "Number of items in AdditionalVersionWeights cannot be greater than 1"),
    ({"FunctionVersion": "$LATEST", "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}},
     "InvalidParameterValueException", "$LATEST is not supported for an alias pointing to more than 1 version"),
    ({"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"9": 0.5}}}, "ResourceNotFoundException",
     "Function not found: {arn}:9"),
    ({"FunctionVersion": "1", "Name": "2024"}, "ValidationException",
     "1 validation error detected: Value '2024' at 'name' failed to satisfy constraint: Member must satisfy regular"
     " expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)"),
    ({"FunctionVersion": "1", "Name": "taken"}, "ResourceConflictException", "Alias already exists: {arn}:taken"),
])
def test_aliases_that_cannot_be(lambda_client, name, members, code, sentence):
    made(lambda_client, name, Publish=True)
    lambda_client.create_alias(FunctionName=name, Name="taken", FunctionVersion="1")
    assert refused(code, lambda_client.create_alias, **{"FunctionName": name, "Name": "new", **members}) == (
        sentence.format(arn=ARN + name))
    assert refused("ResourceNotFoundException", lambda_client.create_alias, FunctionName="none", Name="new",
                   FunctionVersion="1") == f"Function not found: {ARN}none:1"
    assert refused("ResourceNotFoundException", lambda_client.update_alias, FunctionName=name, Name="none",
                   Description="x") == f"Alias not found: {ARN}{name}:none"


def test_a_weighted_alias_over_ten_thousand_calls(lambda_client, server, name):
    made(lambda_client, name, Publish=True)
    updated(lambda_client, name, "two", Publish=True)
    alias = lambda_client.create_alias(
        FunctionName=name, Name="live", FunctionVersion="1", RoutingConfig={"AdditionalVersionWeights": {"2": 0.3}})
    assert alias["RoutingConfig"] == {"AdditionalVersionWeights": {"2": 0.3}}
    calls, weight = 10_000, 0.3
    own = threading.local()

    def version(_):
        if not hasattr(own, "client"):
            own.client = client_factory(server)("lambda")
        return own.client.invoke(FunctionName=name, Qualifier="live")["ExecutedVersion"]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(version, range(calls)))
    assert set(answers) == {"1", "2"}
    deviation = (calls * weight * (1 - weight)) ** 0.5
    assert abs(answers.count("2") - calls * weight) < DEVIATIONS * deviation
    plain = lambda_client.update_alias(FunctionName=name, Name="live", RoutingConfig={"AdditionalVersionWeights": {}})
    assert "RoutingConfig" not in plain


def test_versions_and_aliases_outlive_the_server(tmp_path):
    with Server(tmp_path) as running:
        client = client_factory(running)("lambda")
        made(client, "lasting", Publish=True)
        updated(client, "lasting", "two", Publish=True)
        client.create_alias(FunctionName="lasting", Name="live", FunctionVersion="1",
                            RoutingConfig={"AdditionalVersionWeights": {"2": 0}})
        used = client.get_account_settings()["AccountUsage"]["TotalCodeSize"]
    with Server(tmp_path) as running:
        client = client_factory(running)("lambda")
        assert client.get_account_settings()["AccountUsage"]["TotalCodeSize"] == used
        assert run(client, "lasting", Qualifier="live")[1][0] == "one"
        assert run(client, "lasting", Qualifier="2")[1][0] == "two"
        client.delete_function(FunctionName="lasting")
        made(client, "lasting", "new", Publish=True)
        assert refused("ResourceNotFoundException", client.get_alias, FunctionName="lasting", Name="live")
        assert run(client, "lasting", Qualifier="1")[1][0] == "new"
