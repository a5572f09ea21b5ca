"""Every member of the requests about function URL configs."""

import pytest
from members import Members, World, pages
from test_versions import refused

MEMBERS = Members()
MISSING = "ResourceNotFoundException"
INVALID = "InvalidParameterValueException"
BOTH = ("CreateFunctionUrlConfig.", "UpdateFunctionUrlConfig.")
ORIGINS = ["https://a.example", "http://localhost:60905"]


@pytest.fixture(scope="module")
def world(clients):
    with World(clients, "ap-south-1") as world:
        yield world


@pytest.mark.parametrize("path", MEMBERS)
def test_its_effect(path, world):
    MEMBERS.has_its_effect(world, path)


def with_url(world, operation="CreateFunctionUrlConfig", name=None, **members):
    """The name of a function that has a URL with these members from the first, or got them later."""
    name = name or world.make()
    if operation == "CreateFunctionUrlConfig":
        world.call.create_function_url_config(FunctionName=name, **{"AuthType": "NONE", **members})
    else:
        world.call.create_function_url_config(FunctionName=name, AuthType="NONE")
        world.call.update_function_url_config(FunctionName=name, **members)
    return name


def shown(world, name, **members):
    answer = world.call.get_function_url_config(FunctionName=name, **members)
    del answer["ResponseMetadata"]
    return answer


def refused_by_both(world, operation, code, **members):
    """Refused, and nothing has happened."""
    name = world.make()
    if operation == "CreateFunctionUrlConfig":
        sentence = refused(code, world.call.create_function_url_config, FunctionName=name,
                           **{"AuthType": "NONE", **members})
        refused(MISSING, world.call.get_function_url_config, FunctionName=name)
    else:
        with_url(world, name=name)
        before = shown(world, name)
        sentence = refused(code, world.call.update_function_url_config, FunctionName=name, **members)
        assert shown(world, name) == before
    return sentence


@MEMBERS.sets(*(operation + "FunctionUrlConfig." + member for operation in ("Create", "Get", "Update", "Delete")
                for member in ("FunctionName", "Qualifier")))
def _(world, _):
    """A function and its alias have a URL each, however they are named."""
    name = world.make(Publish=True)
    world.call.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    arn = f"{world.arn}function:{name}"
    for named, target in (({"FunctionName": name}, arn), ({"FunctionName": arn, "Qualifier": "live"}, arn + ":live")):
        made = world.call.create_function_url_config(**named, AuthType="NONE")
        assert made["FunctionArn"] == target
        assert shown(world, target)["FunctionUrl"] == made["FunctionUrl"]
        assert world.call.update_function_url_config(**named, AuthType="AWS_IAM")["FunctionArn"] == target
        assert shown(world, target)["AuthType"] == "AWS_IAM"
    assert shown(world, name)["FunctionUrl"] != shown(world, name, Qualifier="live")["FunctionUrl"]
    world.call.delete_function_url_config(FunctionName=name, Qualifier="live")
    refused(MISSING, world.call.get_function_url_config, FunctionName=name, Qualifier="live")
    assert shown(world, name)
    world.call.delete_function_url_config(FunctionName=name)
    refused(MISSING, world.call.get_function_url_config, FunctionName=name)
    refused("ValidationException", world.call.create_function_url_config, FunctionName=name, Qualifier="1",
            AuthType="NONE")


@MEMBERS.sets(*(operation + "AuthType" for operation in BOTH))
def _(world, operation):
    assert shown(world, with_url(world, operation, AuthType="AWS_IAM"))["AuthType"] == "AWS_IAM"
    refused_by_both(world, operation, "ValidationException", AuthType="OAUTH")


@MEMBERS.sets(*(operation + "InvokeMode" for operation in BOTH))
def _(world, operation):
    assert shown(world, with_url(world, operation))["InvokeMode"] == "BUFFERED"
    assert shown(world, with_url(world, operation, InvokeMode="RESPONSE_STREAM"))["InvokeMode"] == "RESPONSE_STREAM"
    refused_by_both(world, operation, "ValidationException", InvokeMode="QUEUED")


for member, value, wrong in (
        ("AllowCredentials", True, None),
        ("AllowHeaders", ["X-One", "*"], ["x" * 1_025]),
        ("AllowMethods", ["GET", "DELETE"], ["OPTIONS"]),
        ("AllowOrigins", ORIGINS, ["https://a.example/" + "x" * 253]),
        ("ExposeHeaders", ["Date"], ["x"] * 101),
        ("MaxAge", 86_400, 86_401)):
    @MEMBERS.sets(*(operation + "Cors." + member for operation in BOTH))
    def _(world, operation, member=member, value=value, wrong=wrong):
        """Kept and shown; what it does to requests is test_function_urls.py's."""
        cors = {"AllowOrigins": ["*"], member: value}
        assert shown(world, with_url(world, operation, Cors=cors))["Cors"] == cors
        if wrong is not None:
            refused_by_both(world, operation, "ValidationException", Cors={**cors, member: wrong})


@MEMBERS.sets(*(operation + "Cors" for operation in BOTH))
def _(world, operation):
    """Whole, or not at all."""
    assert "Cors" not in shown(world, with_url(world, operation, Cors={}))
    name = with_url(world, operation, Cors={"AllowOrigins": ORIGINS, "MaxAge": 1})
    world.call.update_function_url_config(FunctionName=name, Cors={"AllowOrigins": ["*"]})
    assert shown(world, name)["Cors"] == {"AllowOrigins": ["*"]}
    world.call.update_function_url_config(FunctionName=name, Cors={})
    assert "Cors" not in shown(world, name)
    assert refused_by_both(world, operation, INVALID, Cors={"MaxAge": 1}) == (
        "You can't leave AllowOrigins as empty when Cors is enabled.")


@MEMBERS.sets(*("ListFunctionUrlConfigs." + member for member in ("FunctionName", "Marker", "MaxItems")))
def _(world, _):
    name = world.make(Publish=True)
    for alias in ("one", "two"):
        world.call.create_alias(FunctionName=name, Name=alias, FunctionVersion="1")
        world.call.create_function_url_config(FunctionName=name, Qualifier=alias, AuthType="NONE")
    with_url(world, name=name)
    with_url(world)
    arn = f"{world.arn}function:{name}"
    assert [each["FunctionArn"] for each in world.call.list_function_url_configs(FunctionName=name)[
        "FunctionUrlConfigs"]] == [arn, arn + ":one", arn + ":two"]
    pages(world.call.list_function_url_configs, "FunctionUrlConfigs", FunctionName=name)
    refused("ValidationException", world.call.list_function_url_configs, FunctionName=name, MaxItems=51)
