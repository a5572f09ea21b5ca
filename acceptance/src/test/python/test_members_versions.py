"""Every member of the requests about versions, aliases, permissions, concurrency and invocations."""

import base64
import json
import time

import pytest
from boda import tail
from members import STALE, TWO, Members, World, pages
from test_versions import refused

MEMBERS = Members()
MISSING = "ResourceNotFoundException"
PERMISSION = {"StatementId": "s1", "Action": "lambda:InvokeFunction", "Principal": "222222222222"}


@pytest.fixture(scope="module")
def world(clients):
    with World(clients, "eu-west-2") as world:
        yield world


@pytest.mark.parametrize("path", MEMBERS)
def test_its_effect(path, world):
    MEMBERS.has_its_effect(world, path)


@MEMBERS.sets("Invoke.FunctionName", "Invoke.Qualifier", "Invoke.Payload")
def _(world, _):
    arn = f"{world.arn}function:{world.function}"
    assert world.run(arn)["name"] == world.function
    assert world.run(world.function)["version"] == "$LATEST"
    aliased = world.run(arn, Qualifier="live")
    assert (aliased["version"], aliased["arn"]) == ("1", arn + ":live")
    assert world.run(world.function, {"a": ["ü"]})["event"] == {"a": ["ü"]}
    assert refused(MISSING, world.call.invoke, FunctionName=world.function, Qualifier="9").endswith(":9")
    refused("InvalidRequestContentException", world.call.invoke, FunctionName=world.function, Payload=b"{")


@MEMBERS.sets("Invoke.InvocationType")
def _(world, _):
    name = world.function
    dry = world.call.invoke(FunctionName=name, InvocationType="DryRun", LogType="Tail")
    assert (dry["StatusCode"], dry["Payload"].read(), "LogResult" in dry) == (204, b"", False)
    assert world.run(name, InvocationType="RequestResponse")["name"] == name
    event = world.call.invoke(FunctionName=name, InvocationType="Event", LogType="Tail")
    assert (event["StatusCode"], event["Payload"].read(), "LogResult" in event) == (202, b"", False)


@MEMBERS.sets("InvokeAsync.FunctionName", "InvokeAsync.InvokeArgs")
def _(world, _):
    """That it runs with them: test_async.py."""
    assert world.call.invoke_async(FunctionName=world.function, InvokeArgs=b"{}")["Status"] == 202
    refused(MISSING, world.call.invoke_async, FunctionName="nobody", InvokeArgs=b"{}")
    refused("InvalidRequestContentException", world.call.invoke_async, FunctionName=world.function, InvokeArgs=b"{")


@MEMBERS.sets("Invoke.LogType")
def _(world, _):
    answer = world.call.invoke(FunctionName=world.function, LogType="Tail", Payload=b'{"print": "said"}')
    assert "said\nEND RequestId" in tail(answer)
    assert "LogResult" not in world.call.invoke(FunctionName=world.function, LogType="None")


@MEMBERS.sets("Invoke.ClientContext")
def _(world, _):
    client = base64.b64encode(json.dumps({"custom": {"who": "me"}}).encode()).decode()
    assert world.run(world.function, ClientContext=client)["client"] == {"who": "me"}


@MEMBERS.sets("Invoke.DurableExecutionName", "Invoke.TenantId")
def _(world, _):
    for member in ("DurableExecutionName", "TenantId"):
        world.is_refused_by_name(member, world.call.invoke, FunctionName=world.function, **{member: "mine"})


def streamed(world, name, event=None, **members):
    """What the function answers, and the event at the end."""
    *pieces, end = world.call.invoke_with_response_stream(
        FunctionName=name, Payload=json.dumps(event or {}), **members)["EventStream"]
    return json.loads(b"".join(piece["PayloadChunk"]["Payload"] for piece in pieces)), end["InvokeComplete"]


@MEMBERS.sets(*("InvokeWithResponseStream." + member for member in ("FunctionName", "Qualifier", "Payload")))
def _(world, _):
    said, end = streamed(world, f"{world.arn}function:{world.function}", {"a": ["ü"]}, Qualifier="live")
    assert (said["version"], said["arn"]) == ("1", f"{world.arn}function:{world.function}:live")
    assert (said["event"], end) == ({"a": ["ü"]}, {})
    refused(MISSING, world.call.invoke_with_response_stream, FunctionName=world.function, Qualifier="9")
    refused("InvalidRequestContentException", world.call.invoke_with_response_stream, FunctionName=world.function,
            Payload=b"{")


@MEMBERS.sets(*("InvokeWithResponseStream." + member for member in ("InvocationType", "LogType", "ClientContext")))
def _(world, _):
    name = world.function
    dry = world.call.invoke_with_response_stream(FunctionName=name, InvocationType="DryRun")
    assert (dry["StatusCode"], list(dry["EventStream"])) == (204, [])
    assert streamed(world, name, InvocationType="RequestResponse")[0]["name"] == name
    _, end = streamed(world, name, {"print": "said"}, LogType="Tail")
    assert "said\nEND RequestId" in tail(end)
    client = base64.b64encode(json.dumps({"custom": {"who": "me"}}).encode()).decode()
    assert streamed(world, name, ClientContext=client)[0]["client"] == {"who": "me"}


@MEMBERS.sets("InvokeWithResponseStream.TenantId")
def _(world, _):
    world.is_refused_by_name("TenantId", world.call.invoke_with_response_stream, FunctionName=world.function,
                             TenantId="mine")


@MEMBERS.sets("PublishVersion.FunctionName", "PublishVersion.Description")
def _(world, _):
    name = world.make(Description="of the function")
    assert world.call.publish_version(FunctionName=name, Description="of the version")["Version"] == "1"
    assert world.shown(name, Qualifier="1")["Description"] == "of the version"
    assert world.shown(name)["Description"] == "of the function"


for member, wrong, code in (("CodeSha256", "wrong", "InvalidParameterValueException"),
                            ("RevisionId", STALE, "PreconditionFailedException")):
    @MEMBERS.sets("PublishVersion." + member)
    def _(world, _, member=member, wrong=wrong, code=code):
        name = world.make()
        refused(code, world.call.publish_version, FunctionName=name, **{member: wrong})
        assert world.call.list_versions_by_function(FunctionName=name)["Versions"][-1]["Version"] == "$LATEST"
        right = world.shown(name)[member]
        assert world.call.publish_version(FunctionName=name, **{member: right})["Version"] == "1"


@MEMBERS.sets("PublishVersion.PublishTo")
def _(world, _):
    world.is_refused_by_name("PublishTo", world.call.publish_version, FunctionName=world.function,
                             PublishTo="LATEST_PUBLISHED")


@MEMBERS.sets("ListVersionsByFunction.FunctionName", "ListVersionsByFunction.Marker", "ListVersionsByFunction.MaxItems")
def _(world, _):
    pages(world.call.list_versions_by_function, "Versions", FunctionName=world.function)
    refused(MISSING, world.call.list_versions_by_function, FunctionName="none")


@MEMBERS.sets("CreateAlias.FunctionName", "CreateAlias.Name", "CreateAlias.FunctionVersion",
              "GetAlias.FunctionName", "GetAlias.Name", "DeleteAlias.FunctionName", "DeleteAlias.Name")
def _(world, _):
    alias = {"FunctionName": world.function, "Name": world.name()}
    refused(MISSING, world.call.create_alias, **alias, FunctionVersion="9")
    world.call.create_alias(**alias, FunctionVersion="1")
    got = world.call.get_alias(**alias)
    assert (got["Name"], got["FunctionVersion"], got["Description"]) == (alias["Name"], "1", "")
    assert "RoutingConfig" not in got
    assert world.run(world.function, Qualifier=alias["Name"])["version"] == "1"
    refused(MISSING, world.call.get_alias, **{**alias, "FunctionName": "none"})
    world.call.delete_alias(**alias)
    refused(MISSING, world.call.get_alias, **alias)
    refused(MISSING, world.call.invoke, FunctionName=world.function, Qualifier=alias["Name"])


@MEMBERS.sets("CreateAlias.Description")
def _(world, _):
    alias = {"FunctionName": world.function, "Name": world.name()}
    world.call.create_alias(**alias, FunctionVersion="1", Description="mine")
    assert world.call.get_alias(**alias)["Description"] == "mine"


@MEMBERS.sets("CreateAlias.RoutingConfig", "CreateAlias.RoutingConfig.AdditionalVersionWeights")
def _(world, _):
    """All of the weight is the other version's."""
    alias = {"FunctionName": world.function, "Name": world.name()}
    weights = {"AdditionalVersionWeights": {"2": 1.0}}
    world.call.create_alias(**alias, FunctionVersion="1", RoutingConfig=weights)
    assert world.call.get_alias(**alias)["RoutingConfig"] == weights
    assert {world.run(world.function, Qualifier=alias["Name"])["version"] for _ in range(10)} == {"2"}


@MEMBERS.sets("UpdateAlias.FunctionName", "UpdateAlias.Name", "UpdateAlias.FunctionVersion", "UpdateAlias.Description",
              "UpdateAlias.RoutingConfig", "UpdateAlias.RoutingConfig.AdditionalVersionWeights",
              "UpdateAlias.RevisionId")
def _(world, _):
    alias = {"FunctionName": world.function, "Name": world.name()}
    first = world.call.create_alias(**alias, FunctionVersion="1")
    update = world.call.update_alias
    assert update(**alias, Description="mine")["Description"] == "mine"
    update(**alias, RoutingConfig={"AdditionalVersionWeights": {"2": 1.0}})
    assert world.run(world.function, Qualifier=alias["Name"])["version"] == "2"
    update(**alias, RoutingConfig={"AdditionalVersionWeights": {}})
    assert world.run(world.function, Qualifier=alias["Name"])["version"] == "1"
    last = update(**alias, FunctionVersion="2")
    assert world.run(world.function, Qualifier=alias["Name"])["version"] == "2"
    refused("PreconditionFailedException", update, **alias, RevisionId=first["RevisionId"], FunctionVersion="1")
    assert update(**alias, RevisionId=last["RevisionId"], FunctionVersion="1")["FunctionVersion"] == "1"
    refused(MISSING, update, **{**alias, "Name": "none"}, Description="x")
    world.call.delete_alias(**alias)


@MEMBERS.sets("ListAliases.FunctionName", "ListAliases.FunctionVersion", "ListAliases.Marker", "ListAliases.MaxItems")
def _(world, _):
    name = world.make(Publish=True)
    for alias, version in (("a", "1"), ("b", "$LATEST"), ("c", "1")):
        world.call.create_alias(FunctionName=name, Name=alias, FunctionVersion=version)
    pages(world.call.list_aliases, "Aliases", FunctionName=name)
    of_one = world.call.list_aliases(FunctionName=name, FunctionVersion="1")["Aliases"]
    assert [alias["Name"] for alias in of_one] == ["a", "c"]
    refused(MISSING, world.call.list_aliases, FunctionName="none")


@MEMBERS.sets("AddPermission.FunctionName", "AddPermission.StatementId", "AddPermission.Action",
              "AddPermission.Principal", "AddPermission.Qualifier", "GetPolicy.FunctionName", "GetPolicy.Qualifier",
              "RemovePermission.FunctionName", "RemovePermission.StatementId", "RemovePermission.Qualifier")
def _(world, _):
    """The statement, and what it permits to another account."""
    for qualified in ({}, {"Qualifier": "1"}):
        arn = ":".join([f"{world.arn}function:{world.function}", *qualified.values()])
        refused("AccessDeniedException", world.stranger.invoke, FunctionName=arn)
        world.call.add_permission(FunctionName=world.function, **qualified, **{**PERMISSION, "StatementId": "other",
                                                                            "Action": "lambda:GetFunction"})
        refused("AccessDeniedException", world.stranger.invoke, FunctionName=arn)
        added = world.call.add_permission(FunctionName=world.function, **qualified, **PERMISSION)
        assert world.run(arn, client=world.stranger)["name"] == world.function
        policy = json.loads(world.call.get_policy(FunctionName=world.function, **qualified)["Policy"])
        assert policy["Statement"][1] == json.loads(added["Statement"])
        assert {**policy["Statement"][1], "Effect": None} == {
            "Sid": "s1", "Effect": None, "Action": "lambda:InvokeFunction", "Resource": arn,
            "Principal": {"AWS": "arn:aws:iam::222222222222:root"}}
        world.call.remove_permission(FunctionName=world.function, StatementId="s1", **qualified)
        refused("AccessDeniedException", world.stranger.invoke, FunctionName=arn)
        world.call.remove_permission(FunctionName=world.function, StatementId="other", **qualified)
        refused(MISSING, world.call.get_policy, FunctionName=world.function, **qualified)
    refused("InvalidParameterValueException", world.call.add_permission, FunctionName=world.function,
            **{**PERMISSION, "Principal": "nobody"})


CONDITIONS = {
    "SourceArn": ("arn:aws:s3:::bucket", "ArnLike", "AWS:SourceArn"),
    "SourceAccount": ("123456789012", "StringEquals", "AWS:SourceAccount"),
    "EventSourceToken": ("skill", "StringEquals", "lambda:EventSourceToken"),
    "PrincipalOrgID": ("o-1234567890", "StringEquals", "aws:PrincipalOrgID"),
    "FunctionUrlAuthType": ("NONE", "StringEquals", "lambda:FunctionUrlAuthType"),
    "InvokedViaFunctionUrl": (True, "Bool", "lambda:InvokedViaFunctionUrl"),
}


@MEMBERS.sets(*("AddPermission." + member for member in CONDITIONS))
def _(world, _):
    """A condition of the statement, so that what is permitted without it is not."""
    arn = f"{world.arn}function:{world.function}"
    for member, (value, operator, key) in CONDITIONS.items():
        action = "lambda:InvokeFunctionUrl" if member == "FunctionUrlAuthType" else "lambda:InvokeFunction"
        added = world.call.add_permission(
            FunctionName=world.function, **{**PERMISSION, "Principal": "*", "Action": action, member: value})
        assert json.loads(added["Statement"])["Condition"] == {
            operator: {key: str(value).lower() if value is True else value}}
        refused("AccessDeniedException", world.stranger.invoke, FunctionName=arn)
        world.call.remove_permission(FunctionName=world.function, StatementId="s1")


@MEMBERS.sets("AddPermission.RevisionId", "RemovePermission.RevisionId")
def _(world, _):
    name = world.function
    refused("PreconditionFailedException", world.call.add_permission, FunctionName=name, RevisionId=STALE, **PERMISSION)
    refused(MISSING, world.call.get_policy, FunctionName=name)
    world.call.add_permission(FunctionName=name, RevisionId=world.shown(name)["RevisionId"], **PERMISSION)
    refused("PreconditionFailedException", world.call.remove_permission, FunctionName=name, RevisionId=STALE,
            StatementId="s1")
    now = world.call.get_policy(FunctionName=name)["RevisionId"]
    world.call.remove_permission(FunctionName=name, RevisionId=now, StatementId="s1")
    refused(MISSING, world.call.get_policy, FunctionName=name)


@MEMBERS.sets("PutFunctionConcurrency.FunctionName", "PutFunctionConcurrency.ReservedConcurrentExecutions",
              "GetFunctionConcurrency.FunctionName", "DeleteFunctionConcurrency.FunctionName")
def _(world, _):
    name = world.make()
    put = world.call.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    assert put["ReservedConcurrentExecutions"] == 0
    refused("TooManyRequestsException", world.call.invoke, FunctionName=name)
    assert world.run(world.function)["name"] == world.function
    assert world.call.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"] == 0
    assert "ReservedConcurrentExecutions" not in world.call.get_function_concurrency(FunctionName=world.function)
    world.call.delete_function_concurrency(FunctionName=name)
    assert "ReservedConcurrentExecutions" not in world.call.get_function_concurrency(FunctionName=name)
    assert world.run(name)["name"] == name
    refused("InvalidParameterValueException", world.call.put_function_concurrency, FunctionName=name,
            ReservedConcurrentExecutions=1_001)
    for call, members in ((world.call.put_function_concurrency, {"ReservedConcurrentExecutions": 1}),
                          (world.call.get_function_concurrency, {}), (world.call.delete_function_concurrency, {})):
        refused(MISSING, call, FunctionName="none", **members)


@MEMBERS.sets(*(operation + "ProvisionedConcurrencyConfig." + member for operation in ("Put", "Get", "Delete")
                for member in ("FunctionName", "Qualifier")),
              "PutProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions",
              *("ListProvisionedConcurrencyConfigs." + member for member in ("FunctionName", "Marker", "MaxItems")))
def _(world, _):
    name = world.make(Publish=True)
    world.upload(name, TWO, Publish=True)
    for version, environments in (("1", 1), ("2", 2)):
        world.call.put_provisioned_concurrency_config(
            FunctionName=name, Qualifier=version, ProvisionedConcurrentExecutions=environments)
    for version, environments in (("1", 1), ("2", 2)):
        deadline = time.monotonic() + 30
        while (got := world.call.get_provisioned_concurrency_config(FunctionName=name, Qualifier=version))[
                "Status"] == "IN_PROGRESS":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert (got["Status"], got["AllocatedProvisionedConcurrentExecutions"]) == ("READY", environments)
        assert world.run(name, Qualifier=version)["environment"]["AWS_LAMBDA_INITIALIZATION_TYPE"] == (
            "provisioned-concurrency")
    pages(world.call.list_provisioned_concurrency_configs, "ProvisionedConcurrencyConfigs", FunctionName=name)
    world.call.delete_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    left = world.call.list_provisioned_concurrency_configs(FunctionName=name)["ProvisionedConcurrencyConfigs"]
    assert [each["FunctionArn"] for each in left] == [f"{world.arn}function:{name}:2"]
    refused("ProvisionedConcurrencyConfigNotFoundException", world.call.get_provisioned_concurrency_config,
            FunctionName=name, Qualifier="1")


@MEMBERS.sets("PutRuntimeManagementConfig.FunctionName", "PutRuntimeManagementConfig.UpdateRuntimeOn",
              "PutRuntimeManagementConfig.RuntimeVersionArn", "GetRuntimeManagementConfig.FunctionName")
def _(world, _):
    name = world.make()
    put, get = world.call.put_runtime_management_config, world.call.get_runtime_management_config
    put(FunctionName=name, UpdateRuntimeOn="FunctionUpdate")
    assert get(FunctionName=name)["UpdateRuntimeOn"] == "FunctionUpdate"
    release = world.shown(name)["RuntimeVersionConfig"]["RuntimeVersionArn"]
    put(FunctionName=name, UpdateRuntimeOn="Manual", RuntimeVersionArn=release)
    assert get(FunctionName=name)["RuntimeVersionArn"] == release
    refused("InvalidParameterValueException", put, FunctionName=name, UpdateRuntimeOn="Manual",
            RuntimeVersionArn=release[:-1] + ("0" if release[-1] != "0" else "1"))
    refused(MISSING, put, FunctionName="none", UpdateRuntimeOn="Auto")


@MEMBERS.sets("PutRuntimeManagementConfig.Qualifier", "GetRuntimeManagementConfig.Qualifier")
def _(world, _):
    name = world.make(Publish=True)
    put, get = world.call.put_runtime_management_config, world.call.get_runtime_management_config
    put(FunctionName=name, Qualifier="1", UpdateRuntimeOn="FunctionUpdate")
    of_version = get(FunctionName=name, Qualifier="1")
    assert (of_version["UpdateRuntimeOn"], of_version["FunctionArn"]) == (
        "FunctionUpdate", f"{world.arn}function:{name}:1")
    assert get(FunctionName=name, Qualifier="$LATEST")["UpdateRuntimeOn"] == "Auto"
    refused(MISSING, put, FunctionName=name, Qualifier="9", UpdateRuntimeOn="Auto")
    refused(MISSING, get, FunctionName=name, Qualifier="9")
