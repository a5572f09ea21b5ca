"""What a request's member does: a table of AWS's paths, `CreateFunction.Environment.Variables`, and where it is tried.

A test file has a table, and a test that is parametrized by it; test_members.py holds all tables against AWS's model.
"""

import json
import platform
import uuid
from functools import cached_property

from boda import python_function, tail
from conftest import ROLE
from test_versions import active, refused

# Tells whatever a member may change, and fails or waits on request.
TELLS = """
import os, sys, time

def lambda_handler(event, context):
    event = event or {}
    time.sleep(event.get("sleep", 0))
    if "print" in event:
        print(event["print"])
    client = context.client_context
    files = [path for path in event.get("files", []) if os.path.exists(path)]
    disk = os.statvfs("/tmp")
    return {"said": "one", "event": event, "environment": dict(os.environ), "files": files,
            "name": context.function_name, "version": context.function_version,
            "arn": context.invoked_function_arn, "memory": int(context.memory_limit_in_mb),
            "remaining": context.get_remaining_time_in_millis(), "client": client and client.custom,
            "tmp": disk.f_frsize * disk.f_blocks >> 20}

def other_handler(event, context):
    return "other"
"""
ONE = python_function(TELLS)
TWO = python_function(TELLS.replace('"one"', '"two"'))
ARCHITECTURE = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
FOREIGN = {"arm64": "x86_64", "x86_64": "arm64"}[ARCHITECTURE]
STALE = str(uuid.UUID(int=0))
CAPACITY = "LambdaManagedInstancesCapacityProviderConfig"


class Members(dict):
    """From a member's path to the callable that sets it and asserts what it does."""

    def sets(self, *paths):
        """callable(world, operation): operation is the path's."""
        def register(effect):
            for path in paths:
                assert path not in self, path + " is there twice"
                self[path] = effect
            return effect

        return register

    def has_its_effect(self, world, path):
        self[path](world, path.split(".")[0])


class World:
    """A region of one's own, what is made in it, and the calls there: world.call.invoke(…)."""

    def __init__(self, clients, region):
        self.region = region
        self.arn = f"arn:aws:lambda:{region}:000000000000:"
        self.call = clients("lambda", region_name=region)
        self.stranger = clients("lambda", account="222222222222", region_name=region)
        self.logs = clients("logs", region_name=region)
        self.made = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for name in self.made:
            self.call.delete_function(FunctionName=name)

    def name(self):
        return "fn-" + uuid.uuid4().hex[:12]

    def request(self, **members):
        return {"FunctionName": self.name(), "Runtime": "python3.12", "Role": ROLE, "Code": {"ZipFile": ONE},
                "Handler": "lambda_function.lambda_handler", **members}

    def make(self, **members):
        """The name of a new function."""
        request = self.request(**members)
        self.call.create_function(**request)
        self.made.append(request["FunctionName"])
        active(self.call, request["FunctionName"])
        return request["FunctionName"]

    def update(self, name, **members):
        answer = self.call.update_function_configuration(FunctionName=name, **members)
        active(self.call, name)
        return answer

    def upload(self, name, package, **members):
        answer = self.call.update_function_code(FunctionName=name, ZipFile=package, **members)
        active(self.call, name)
        return answer

    def configured(self, operation, **members):
        """The name of a function that was created with these members, or got them later."""
        if operation == "CreateFunction":
            return self.make(**members)
        name = self.make()
        self.update(name, **members)
        return name

    @cached_property
    def function(self):
        """One that many share, with version 1 as alias `live`, version 2 and the same code as $LATEST."""
        name = self.make(Publish=True)
        self.upload(name, TWO, Publish=True)
        self.call.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
        return name

    def shown(self, name, **members):
        return self.call.get_function_configuration(FunctionName=name, **members)

    def run(self, name, event=None, client=None, **members):
        """What the function answers."""
        answer = (client or self.call).invoke(FunctionName=name, Payload=json.dumps(event or {}), **members)
        said = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, said
        return said

    def tail(self, name, event=None):
        answer = self.call.invoke(FunctionName=name, Payload=json.dumps(event or {}), LogType="Tail")
        return tail(answer)

    def is_refused_by_name(self, named, call, **members):
        sentence = refused("InvalidParameterValueException", call, **members)
        assert sentence == f"Boda does not support {named} yet; see docs/parity.md"


def pages(call, listed, **members):
    """Marker and MaxItems: pages of one, which are together what is listed at once."""
    whole = call(**members)
    assert "NextMarker" not in whole and len(whole[listed]) > 1
    items, page = [], call(**members, MaxItems=1)
    while True:
        assert len(page[listed]) == 1
        items += page[listed]
        if "NextMarker" not in page:
            break
        page = call(**members, MaxItems=1, Marker=page["NextMarker"])
    assert items == whole[listed]
    assert refused("InvalidParameterValueException", call, **members, Marker="none") == (
        "The provided Marker is not valid.")
