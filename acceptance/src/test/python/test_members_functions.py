"""Every member of the requests that create, change, read and list functions, if it has an effect."""

import json
import time

import pytest
from boda import zipped
from conftest import ROLE
from members import ARCHITECTURE, FOREIGN, ONE, STALE, TWO, Members, World
from test_versions import refused

MEMBERS = Members()
CREATED, UPDATED = "CreateFunction.", "UpdateFunctionConfiguration."
OTHER_ROLE = ROLE.replace("LambdaBasicRole", "OtherRole")
KEY = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def world(clients):
    with World(clients, "eu-west-1") as world:
        yield world


@pytest.mark.parametrize("path", MEMBERS)
def test_its_effect(path, world):
    MEMBERS.has_its_effect(world, path)


def both(member):
    """Of CreateFunction and of UpdateFunctionConfiguration."""
    return MEMBERS.sets(CREATED + member, UPDATED + member)


@both("FunctionName")
def _(world, operation):
    name = world.configured(operation, Description="mine")
    assert (world.run(name)["name"], world.shown(name)["Description"]) == (name, "mine")


@both("Runtime")
def _(world, operation):
    name = world.configured(operation, Runtime="python3.11")
    assert world.shown(name)["Runtime"] == "python3.11"
    assert world.run(name)["environment"]["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.11"


@both("Role")
def _(world, operation):
    assert world.shown(world.configured(operation, Role=OTHER_ROLE))["Role"] == OTHER_ROLE
    assert "at 'role' failed to satisfy constraint" in refused(
        "ValidationException", world.call.create_function, **world.request(Role="none"))


@both("Handler")
def _(world, operation):
    assert world.run(world.configured(operation, Handler="lambda_function.other_handler")) == "other"


@both("Description")
def _(world, operation):
    assert world.shown(world.configured(operation, Description="what it is"))["Description"] == "what it is"


@both("Timeout")
def _(world, operation):
    name = world.configured(operation, Timeout=1)
    assert 0 < world.run(name)["remaining"] <= 1_000
    answer = world.call.invoke(FunctionName=name, Payload=b'{"sleep": 30}')
    assert json.loads(answer["Payload"].read())["errorMessage"].endswith("Task timed out after 1.00 seconds")


@both("MemorySize")
def _(world, operation):
    name = world.configured(operation, MemorySize=192)
    assert (world.shown(name)["MemorySize"], world.run(name)["memory"]) == (192, 192)
    assert "Memory Size: 192 MB" in world.tail(name)


@MEMBERS.sets(*(operation + member for operation in (CREATED, UPDATED)
                for member in ("EphemeralStorage", "EphemeralStorage.Size")))
def _(world, operation):
    name = world.configured(operation, EphemeralStorage={"Size": 700})
    assert world.shown(name)["EphemeralStorage"] == {"Size": 700}
    # A disk of that size, of which its file system takes a part; the machine's own where there is no isolation.
    least = world.run(name)["tmp"]
    assert least > 600
    world.update(name, EphemeralStorage={"Size": 2_000})
    assert world.run(name)["tmp"] >= least


@MEMBERS.sets(*(operation + member for operation in (CREATED, UPDATED)
                for member in ("Environment", "Environment.Variables")))
def _(world, operation):
    name = world.configured(operation, Environment={"Variables": {"COLOUR": "red"}})
    assert world.run(name)["environment"]["COLOUR"] == "red"
    assert world.shown(name)["Environment"] == {"Variables": {"COLOUR": "red"}}


@both("Layers")
def _(world, operation):
    layer = world.call.publish_layer_version(
        LayerName=world.name(), Content={"ZipFile": zipped({"data/file": "there"})})["LayerVersionArn"]
    name = world.configured(operation, Layers=[layer])
    assert world.run(name, {"files": ["/opt/data/file"]})["files"] == ["/opt/data/file"]
    assert [each["Arn"] for each in world.shown(name)["Layers"]] == [layer]


@MEMBERS.sets(*(operation + member for operation in (CREATED, UPDATED)
                for member in ("LoggingConfig", "LoggingConfig.LogFormat")))
def _(world, operation):
    name = world.configured(operation, LoggingConfig={"LogFormat": "JSON"})
    assert world.run(name)["environment"]["AWS_LAMBDA_LOG_FORMAT"] == "JSON"
    assert all(json.loads(line) for line in world.tail(name).splitlines())


@both("LoggingConfig.ApplicationLogLevel")
def _(world, operation):
    name = world.configured(operation, LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "ERROR"})
    assert world.run(name)["environment"]["AWS_LAMBDA_LOG_LEVEL"] == "ERROR"
    said = world.tail(name, {"print": json.dumps({"level": "INFO", "msg": "hidden"})})
    assert "hidden" not in said and "platform.report" in said


@both("LoggingConfig.SystemLogLevel")
def _(world, operation):
    name = world.configured(operation, LoggingConfig={"LogFormat": "JSON", "SystemLogLevel": "WARN"})
    said = world.tail(name, {"print": "mine"})
    assert "platform" not in said and "mine" in said


@both("LoggingConfig.LogGroup")
def _(world, operation):
    group = "/mine/" + world.name()
    name = world.configured(operation, LoggingConfig={"LogGroup": group})
    assert world.run(name, {"print": "found me"})["environment"]["AWS_LAMBDA_LOG_GROUP_NAME"] == group
    deadline = time.monotonic() + 20
    while not world.logs.filter_log_events(logGroupName=group, filterPattern='"found me"')["events"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@both("KMSKeyArn")
def _(world, operation):
    """Kept and shown; nothing is encrypted here."""
    name = world.configured(operation, KMSKeyArn=KEY)
    assert world.shown(name)["KMSKeyArn"] == KEY
    assert "KMSKeyArn" not in world.update(name, KMSKeyArn="")


@MEMBERS.sets(*(operation + member for operation in (CREATED, UPDATED)
                for member in ("TracingConfig", "TracingConfig.Mode")))
def _(world, operation):
    for mode, sampled in (("Active", "1"), ("PassThrough", "0")):
        name = world.configured(operation, TracingConfig={"Mode": mode})
        assert world.shown(name)["TracingConfig"] == {"Mode": mode}
        assert world.run(name)["environment"]["_X_AMZN_TRACE_ID"].split(";")[2] == f"Sampled={sampled}"


@MEMBERS.sets("CreateFunction.Code", "CreateFunction.Code.ZipFile")
def _(world, _):
    assert world.run(world.make(Code={"ZipFile": TWO}))["said"] == "two"


@MEMBERS.sets("UpdateFunctionCode.FunctionName", "UpdateFunctionCode.ZipFile")
def _(world, _):
    name = world.make()
    world.upload(name, TWO)
    assert world.run(name)["said"] == "two"


@MEMBERS.sets("CreateFunction.Architectures", "UpdateFunctionCode.Architectures")
def _(world, operation):
    name = world.make(Architectures=[ARCHITECTURE])
    if operation == "CreateFunction":
        assert world.shown(name)["Architectures"] == [ARCHITECTURE]
        world.is_refused_by_name(f"Architectures {FOREIGN}", world.call.create_function,
                                 **world.request(Architectures=[FOREIGN]))
    else:
        assert world.upload(name, TWO, Architectures=[ARCHITECTURE])["Architectures"] == [ARCHITECTURE]
        world.is_refused_by_name(f"Architectures {FOREIGN}", world.call.update_function_code, FunctionName=name,
                                 ZipFile=ONE, Architectures=[FOREIGN])


@MEMBERS.sets("CreateFunction.Publish", "UpdateFunctionCode.Publish")
def _(world, operation):
    name = world.make(**({"Publish": True} if operation == "CreateFunction" else {}))
    if operation == "UpdateFunctionCode":
        refused("ResourceNotFoundException", world.call.invoke, FunctionName=name, Qualifier="1")
        assert world.upload(name, TWO, Publish=True)["Version"] == "1"
    assert world.run(name, Qualifier="1")["version"] == "1"


@MEMBERS.sets("UpdateFunctionCode.DryRun")
def _(world, _):
    name = world.make()
    before = world.shown(name)
    world.upload(name, TWO, DryRun=True)
    after = world.shown(name)
    assert {key: after[key] for key in after if key != "ResponseMetadata"} == {
        key: before[key] for key in before if key != "ResponseMetadata"}
    refused("InvalidParameterValueException", world.call.update_function_code, FunctionName=name, ZipFile=b"no zip",
            DryRun=True)


@MEMBERS.sets("UpdateFunctionCode.RevisionId", "UpdateFunctionConfiguration.RevisionId")
def _(world, operation):
    name = world.make()
    call, members = ((world.call.update_function_code, {"ZipFile": TWO}) if operation == "UpdateFunctionCode"
                     else (world.call.update_function_configuration, {"Description": "changed"}))
    refused("PreconditionFailedException", call, FunctionName=name, RevisionId=STALE, **members)
    now = world.shown(name)["RevisionId"]
    assert call(FunctionName=name, RevisionId=now, **members)["RevisionId"] != now


@MEMBERS.sets("CreateFunction.Tags")
def _(world, _):
    name = world.make(Tags={"a": "b"})
    assert world.call.get_function(FunctionName=name)["Tags"] == {"a": "b"}


@MEMBERS.sets("CreateFunction.CodeSigningConfigArn")
def _(world, _):
    publishers = {"SigningProfileVersionArns": ["arn:aws:signer:us-east-1:000000000000:/signing-profiles/mine"]}
    arn = {policy: world.call.create_code_signing_config(
        AllowedPublishers=publishers, CodeSigningPolicies={"UntrustedArtifactOnDeployment": policy})[
            "CodeSigningConfig"]["CodeSigningConfigArn"] for policy in ("Warn", "Enforce")}
    name = world.make(CodeSigningConfigArn=arn["Warn"])
    assert world.call.get_function_code_signing_config(FunctionName=name)["CodeSigningConfigArn"] == arn["Warn"]
    refused("CodeVerificationFailedException", world.call.create_function,
            **world.request(CodeSigningConfigArn=arn["Enforce"]))


@MEMBERS.sets("GetFunction.FunctionName", "GetFunction.Qualifier", "GetFunctionConfiguration.FunctionName",
              "GetFunctionConfiguration.Qualifier")
def _(world, operation):
    def shown(**members):
        answer = getattr(world.call, "get_function" + operation[len("GetFunction"):].lower().replace("conf", "_conf"))(
            **members)
        return answer.get("Configuration", answer)

    for named in ({"FunctionName": world.function}, {"FunctionName": f"{world.arn}function:{world.function}"}):
        assert (shown(**named)["FunctionName"], shown(**named)["Version"]) == (world.function, "$LATEST")
        assert shown(**named, Qualifier="1")["CodeSha256"] != shown(**named)["CodeSha256"]
        assert (shown(**named, Qualifier="live")["Version"], shown(**named, Qualifier="live")["FunctionArn"]) == (
            "1", f"{world.arn}function:{world.function}:live")


@MEMBERS.sets("DeleteFunction.FunctionName", "DeleteFunction.Qualifier")
def _(world, _):
    name = world.make(Publish=True)
    world.made.remove(name)
    world.call.delete_function(FunctionName=name, Qualifier="1")
    refused("ResourceNotFoundException", world.call.get_function, FunctionName=name, Qualifier="1")
    assert world.run(name)["version"] == "$LATEST"
    world.call.delete_function(FunctionName=name)
    refused("ResourceNotFoundException", world.call.get_function, FunctionName=name)


@MEMBERS.sets("ListFunctions.Marker", "ListFunctions.MaxItems")
def _(world, _):
    world.function, world.make()
    first = world.call.list_functions(MaxItems=1)
    second = world.call.list_functions(MaxItems=1, Marker=first["NextMarker"])
    assert len(first["Functions"]) == len(second["Functions"]) == 1
    assert first["Functions"][0]["FunctionName"] < second["Functions"][0]["FunctionName"]


@MEMBERS.sets("ListFunctions.FunctionVersion", "ListFunctions.MasterRegion")
def _(world, _):
    def versions(**members):
        listed = [each for page in world.call.get_paginator("list_functions").paginate(**members)
                  for each in page["Functions"]]
        return [each["Version"] for each in listed if each["FunctionName"] == world.function]

    assert world.function and versions() == ["$LATEST"]
    assert versions(FunctionVersion="ALL") == ["$LATEST", "1", "2"]
    # There are no replicas of functions of other regions.
    assert versions(FunctionVersion="ALL", MasterRegion="us-west-2") == []
    assert "MasterRegion" in refused("InvalidParameterValueException", world.call.list_functions,
                                     MasterRegion="us-west-2")
