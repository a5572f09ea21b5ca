"""Every member of the requests about event invoke configs and recursion configs."""

import pytest
from members import Members, World, pages
from test_versions import refused

MEMBERS = Members()
MISSING = "ResourceNotFoundException"
INVALID = "InvalidParameterValueException"
NOTHING = {"OnSuccess": {}, "OnFailure": {}}


@pytest.fixture(scope="module")
def world(clients):
    with World(clients, "ap-southeast-1") as world:
        yield world


@pytest.mark.parametrize("path", MEMBERS)
def test_its_effect(path, world):
    MEMBERS.has_its_effect(world, path)


def config(answer):
    return {key: answer[key] for key in answer if key not in ("ResponseMetadata", "LastModified", "FunctionArn")}


def shown(world, name, **members):
    return config(world.call.get_function_event_invoke_config(FunctionName=name, **members))


def configured(world, operation, **members):
    """The name of a function whose config was put like this, or updated after it had said something else."""
    name = world.make()
    if operation == "PutFunctionEventInvokeConfig":
        world.call.put_function_event_invoke_config(FunctionName=name, **members)
    else:
        world.call.put_function_event_invoke_config(
            FunctionName=name, MaximumRetryAttempts=2, MaximumEventAgeInSeconds=21_600)
        world.call.update_function_event_invoke_config(FunctionName=name, **members)
    return name


def refused_by_both(world, operation, code, **members):
    """Refused, and nothing has happened."""
    name = configured(world, operation, MaximumRetryAttempts=1)
    before = shown(world, name)
    call = (world.call.put_function_event_invoke_config if operation.startswith("Put")
            else world.call.update_function_event_invoke_config)
    sentence = refused(code, call, FunctionName=name, **members)
    assert shown(world, name) == before
    return sentence


@MEMBERS.sets(*(operation + "FunctionEventInvokeConfig." + member for operation in ("Put", "Get", "Update", "Delete")
                for member in ("FunctionName", "Qualifier")))
def _(world, _):
    """The function, its versions and its aliases have one each, however they are named."""
    name, call = world.function, world.call
    ways = [({"FunctionName": name}, {"FunctionName": name, "Qualifier": "$LATEST"}),
            ({"FunctionName": name, "Qualifier": "1"}, {"FunctionName": f"{world.arn}function:{name}:1"}),
            ({"FunctionName": f"{name}:live"}, {"FunctionName": f"{name}:live", "Qualifier": "live"})]
    for attempts, (one, other) in enumerate(ways):
        call.put_function_event_invoke_config(**one, MaximumRetryAttempts=attempts)
        call.update_function_event_invoke_config(**other, MaximumEventAgeInSeconds=60 + attempts)
    for attempts, (one, other) in enumerate(ways):
        for way in (one, other):
            answer = call.get_function_event_invoke_config(**way)
            assert (answer["MaximumRetryAttempts"], answer["MaximumEventAgeInSeconds"]) == (attempts, 60 + attempts)
    for one, other in ways:
        call.delete_function_event_invoke_config(**other)
        refused(MISSING, call.get_function_event_invoke_config, **one)


@MEMBERS.sets("PutFunctionEventInvokeConfig.MaximumRetryAttempts", "UpdateFunctionEventInvokeConfig.MaximumRetryAttempts")
def _(world, operation):
    assert shown(world, configured(world, operation, MaximumRetryAttempts=0))["MaximumRetryAttempts"] == 0
    refused_by_both(world, operation, "ValidationException", MaximumRetryAttempts=3)


@MEMBERS.sets(*(operation + "FunctionEventInvokeConfig.MaximumEventAgeInSeconds" for operation in ("Put", "Update")))
def _(world, operation):
    assert shown(world, configured(world, operation, MaximumEventAgeInSeconds=60))["MaximumEventAgeInSeconds"] == 60
    refused_by_both(world, operation, "ValidationException", MaximumEventAgeInSeconds=21_601)


@MEMBERS.sets(*(operation + "FunctionEventInvokeConfig.DestinationConfig" for operation in ("Put", "Update")))
def _(world, operation):
    assert shown(world, configured(world, operation, DestinationConfig={}))["DestinationConfig"] == NOTHING
    refused_by_both(world, operation, INVALID, DestinationConfig={
        "OnFailure": {"Destination": "arn:aws:iam::000000000000:role/r"}})


for outcome in NOTHING:
    @MEMBERS.sets(*(operation + "FunctionEventInvokeConfig.DestinationConfig." + outcome + member
                    for operation in ("Put", "Update") for member in ("", ".Destination")))
    def _(world, operation, outcome=outcome):
        to = f"{world.arn}function:{world.function}:live"
        name = configured(world, operation, DestinationConfig={outcome: {"Destination": to}})
        assert shown(world, name)["DestinationConfig"] == {**NOTHING, outcome: {"Destination": to}}
        sentence = refused_by_both(world, operation, INVALID, DestinationConfig={outcome: {"Destination": to + "x"}})
        assert sentence == f"The destination ARN {to}x is invalid."


@MEMBERS.sets(*("ListFunctionEventInvokeConfigs." + member for member in ("FunctionName", "Marker", "MaxItems")))
def _(world, _):
    for qualifier in ("$LATEST", "1", "live"):
        world.call.put_function_event_invoke_config(
            FunctionName=world.function, Qualifier=qualifier, MaximumRetryAttempts=1)
    pages(world.call.list_function_event_invoke_configs, "FunctionEventInvokeConfigs", FunctionName=world.function)
    refused(MISSING, world.call.list_function_event_invoke_configs, FunctionName="none")


@MEMBERS.sets("GetFunctionRecursionConfig.FunctionName", "PutFunctionRecursionConfig.FunctionName",
              "PutFunctionRecursionConfig.RecursiveLoop")
def _(world, _):
    """Whether an invocation runs whose trace says that it is the seventeenth of a loop."""
    name, other = world.make(), world.make()
    world.call.put_function_recursion_config(FunctionName=f"{world.arn}function:{name}", RecursiveLoop="Allow")
    assert world.call.get_function_recursion_config(FunctionName=name)["RecursiveLoop"] == "Allow"
    assert world.call.get_function_recursion_config(FunctionName=other)["RecursiveLoop"] == "Terminate"
    refused("RecursiveInvocationException", run_again, world=world, name=other, times=16)
    assert run_again(world, other, 15).endswith(":15")
    assert run_again(world, name, 16).endswith(":16")
    world.call.put_function_recursion_config(FunctionName=name, RecursiveLoop="Terminate")
    refused("RecursiveInvocationException", run_again, world=world, name=name, times=16)


def run_again(world, name, times):
    """The trace of an invocation before which there were so many in the same chain."""
    _, function, _ = world.run(name)["environment"]["_X_AMZN_TRACE_ID"].split("Lineage=")[1].split(":")

    def add(request, **_):
        request.headers["X-Amzn-Trace-Id"] = f"Lineage={times}:{function}:{times - 1}"

    world.call.meta.events.register("before-sign.lambda.Invoke", add)
    try:
        return world.run(name)["environment"]["_X_AMZN_TRACE_ID"]
    finally:
        world.call.meta.events.unregister("before-sign.lambda.Invoke", add)
