"""A hundred at once change one function: what was acknowledged is there afterwards, and nothing else."""

import base64
import hashlib
import json
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from boda import Server, python_function
from botocore.exceptions import BotoCoreError, ClientError
from conftest import ROLE, client_factory

NAME = "contended"
CALLERS = 100
CONFLICT = "ResourceConflictException"
STALE = "PreconditionFailedException"
# Nobody waits longer for his turn.
PATIENCE_SECONDS = 90


def package(text):
    return python_function(f"def lambda_handler(event, context):\n    return {text!r}\n")


def sha256(zipped):
    return base64.b64encode(hashlib.sha256(zipped).digest()).decode()


def until_done(attempt, *also):
    """Its answer, as soon as it is not refused because others are at it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return attempt()
        except ClientError as refused:
            code = refused.response["Error"]["Code"]
            assert code in (CONFLICT, *also) and time.monotonic() < deadline, refused.response
        time.sleep(random.uniform(0, 0.05))


def settled(client, name=NAME):
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 200})
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 200})


def made(client, name=NAME):
    arn = client.create_function(
        FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="lambda_function.lambda_handler",
        Code={"ZipFile": package("first")}, Publish=True)["FunctionArn"].removesuffix(":1")
    settled(client, name)
    return arn


@pytest.fixture
def contended(tmp_path):
    """A server's data directory with one function in it, and a client of as many connections as there are callers."""
    with Server(tmp_path / "data") as server:
        client = client_factory(server)("lambda", max_pool_connections=CALLERS)
        made(client)
        yield server, client


def at_once(callers):
    """Calls all in the same moment and says what each returned, in order."""
    barrier = threading.Barrier(len(callers))

    def call(caller):
        barrier.wait(30)
        return caller()

    with ThreadPoolExecutor(len(callers)) as pool:
        return list(pool.map(call, callers))


class Storm:
    """Each kind of caller, and what of it was acknowledged."""

    def __init__(self, client, arn):
        self.client, self.arn = client, arn
        self.code, self.memory, self.published = [], [], []
        self.variables, self.tags, self.statements, self.letters, self.aliases = {}, {}, set(), set(), {}

    def code_update(self, number):
        zipped = package(f"code {number}")
        answer = until_done(lambda: self.client.update_function_code(
            FunctionName=NAME, ZipFile=zipped, Publish=number % 4 == 0))
        assert answer["CodeSha256"] == sha256(zipped)
        self.code.append((answer["LastModified"], f"code {number}", answer["CodeSha256"]))
        if number % 4 == 0:
            self.published.append((int(answer["Version"]), answer["CodeSha256"]))

    def memory_update(self, number):
        answer = until_done(lambda: self.client.update_function_configuration(
            FunctionName=NAME, MemorySize=128 + number))
        assert answer["MemorySize"] == 128 + number
        self.memory.append((answer["LastModified"], 128 + number))

    def variable_update(self, number):
        def attempt():
            now = self.client.get_function_configuration(FunctionName=NAME)
            variables = {**now.get("Environment", {}).get("Variables", {}), f"V{number}": str(number)}
            return self.client.update_function_configuration(
                FunctionName=NAME, Environment={"Variables": variables}, RevisionId=now["RevisionId"])

        until_done(attempt, STALE)
        self.variables[f"V{number}"] = str(number)

    def tag(self, number):
        until_done(lambda: self.client.tag_resource(Resource=self.arn, Tags={f"tag{number}": str(number)}))
        self.tags[f"tag{number}"] = str(number)

    def permission(self, number):
        until_done(lambda: self.client.add_permission(
            FunctionName=NAME, StatementId=f"s{number}", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"))
        self.statements.add(f"s{number}")

    def publication(self, number):
        answer = until_done(lambda: self.client.publish_version(FunctionName=NAME))
        self.published.append((int(answer["Version"]), answer["CodeSha256"]))

    def alias(self, number):
        def attempt():
            now = self.client.get_alias(FunctionName=NAME, Name="shared")
            return self.client.update_alias(FunctionName=NAME, Name="shared", RevisionId=now["RevisionId"],
                                            Description=now["Description"] + letter)

        letter = chr(ord("a") + number)
        until_done(lambda: self.client.create_alias(FunctionName=NAME, Name=f"own{number}", FunctionVersion="1"))
        until_done(attempt, STALE)
        self.letters.add(letter)
        version = until_done(lambda: self.client.publish_version(FunctionName=NAME))["Version"]
        until_done(lambda: self.client.update_alias(FunctionName=NAME, Name=f"own{number}", FunctionVersion=version))
        self.aliases[f"own{number}"] = version

    def callers(self):
        kinds = {self.code_update: 20, self.memory_update: 10, self.variable_update: 10, self.tag: 20,
                 self.permission: 20, self.publication: 10, self.alias: 10}
        assert sum(kinds.values()) == CALLERS
        all = [lambda kind=kind, number=number: kind(number) for kind, many in kinds.items() for number in range(many)]
        random.shuffle(all)
        return all


def everything(client, arn):
    """All that there is of the function."""
    versions = [version for page in client.get_paginator("list_versions_by_function").paginate(FunctionName=NAME)
                for version in page["Versions"]]
    return {
        "versions": versions,
        "aliases": {alias["Name"]: alias for alias in client.list_aliases(FunctionName=NAME)["Aliases"]},
        "tags": client.list_tags(Resource=arn)["Tags"],
        "policy": json.loads(client.get_policy(FunctionName=NAME)["Policy"]),
        "code": client.get_account_settings()["AccountUsage"]["TotalCodeSize"],
    }


def test_a_hundred_at_once_lose_nothing(contended, tmp_path):
    server, client = contended
    arn = client.get_function_configuration(FunctionName=NAME)["FunctionArn"]
    client.create_alias(FunctionName=NAME, Name="shared", FunctionVersion="1", Description="")
    storm = Storm(client, arn)
    begun = time.monotonic()
    at_once(storm.callers())
    settled(client)
    print(f"a hundred callers were done in {time.monotonic() - begun:.1f} s")

    found = everything(client, arn)
    latest = found["versions"][0]
    assert latest["Version"] == "$LATEST"
    assert found["tags"] == storm.tags and len(storm.tags) == 20
    sids = [statement["Sid"] for statement in found["policy"]["Statement"]]
    assert len(sids) == len(set(sids)) == 20 and set(sids) == storm.statements
    assert latest["Environment"]["Variables"] == storm.variables and len(storm.variables) == 10
    shared = found["aliases"]["shared"]["Description"]
    assert len(shared) == 10 and set(shared) == storm.letters
    assert {name: found["aliases"][name]["FunctionVersion"] for name in storm.aliases} == storm.aliases

    # Updates follow each other: each begins when the one before is done.
    moments = [when for when, *_ in storm.code + storm.memory]
    assert len(set(moments)) == len(moments) == 30
    _, said, digest = max(storm.code)
    assert latest["CodeSha256"] == digest and latest["MemorySize"] == max(storm.memory)[1]
    assert json.loads(client.invoke(FunctionName=NAME)["Payload"].read()) == said

    numbers = [int(version["Version"]) for version in found["versions"][1:]]
    assert numbers == list(range(1, len(numbers) + 1))
    digests = {int(version["Version"]): version["CodeSha256"] for version in found["versions"][1:]}
    assert all(digests[number] == digest for number, digest in storm.published)
    texts = {digest: said for _, said, digest in storm.code} | {sha256(package("first")): "first"}
    for number in (numbers[0], numbers[len(numbers) // 2], numbers[-1]):
        ran = client.invoke(FunctionName=NAME, Qualifier=str(number))
        assert json.loads(ran["Payload"].read()) == texts[digests[number]]

    server.stop(signal.SIGKILL)
    with Server(tmp_path / "data") as again:
        assert everything(client_factory(again)("lambda"), arn) == found


def won(attempt):
    try:
        attempt()
        return True
    except ClientError as refused:
        assert refused.response["Error"]["Code"] in (STALE, CONFLICT), refused.response
        return False


@pytest.mark.parametrize("what", ["code", "configuration", "alias", "permission"])
def test_of_those_that_name_the_same_revision_one_wins(contended, what):
    _, client = contended
    if what == "alias":
        revision = client.create_alias(FunctionName=NAME, Name="live", FunctionVersion="1")["RevisionId"]
    else:
        revision = client.get_function_configuration(FunctionName=NAME)["RevisionId"]
    members = {"FunctionName": NAME, "RevisionId": revision}

    def change(number):
        if what == "code":
            client.update_function_code(ZipFile=package(f"code {number}"), **members)
        elif what == "configuration":
            client.update_function_configuration(Description=str(number), **members)
        elif what == "alias":
            client.update_alias(Name="live", Description=str(number), **members)
        else:
            client.add_permission(StatementId=f"s{number}", Action="lambda:InvokeFunction",
                                  Principal="s3.amazonaws.com", **members)

    wins = at_once([lambda number=number: won(lambda: change(number)) for number in range(50)])
    assert wins.count(True) == 1
    winner = wins.index(True)
    settled(client)
    latest = client.get_function_configuration(FunctionName=NAME)
    if what == "code":
        assert latest["CodeSha256"] == sha256(package(f"code {winner}"))
    elif what == "configuration":
        assert latest["Description"] == str(winner)
    elif what == "alias":
        assert client.get_alias(FunctionName=NAME, Name="live")["Description"] == str(winner)
    else:
        statements = json.loads(client.get_policy(FunctionName=NAME)["Policy"])["Statement"]
        assert [statement["Sid"] for statement in statements] == [f"s{winner}"]


def test_a_kill_amid_changes_leaves_each_whole_or_absent(tmp_path):
    """Each client has a function of its own that it changes, publishes, names, deletes and makes again."""
    acknowledged = {}

    def work(client, name):
        try:
            while True:
                arn = made(client, name)
                for turn in range(3):
                    until_done(lambda: client.update_function_configuration(FunctionName=name, Description=str(turn)))
                    settled(client, name)
                    version = client.publish_version(FunctionName=name)["Version"]
                    acknowledged[name] = (version, None)
                    client.create_alias(FunctionName=name, Name=f"a{version}", FunctionVersion=version)
                    client.tag_resource(Resource=arn, Tags={"version": version})
                    acknowledged[name] = (version, version)
                acknowledged[name] = None
                client.delete_function(FunctionName=name)
        except BotoCoreError:
            return

    with Server(tmp_path / "data") as server:
        client = client_factory(server)("lambda", max_pool_connections=8)
        with ThreadPoolExecutor(8) as pool:
            work_of_all = [pool.submit(work, client, f"own{number}") for number in range(8)]
            time.sleep(4)
            server.stop(signal.SIGKILL)
        for each in work_of_all:
            each.result()
    assert acknowledged
    with Server(tmp_path / "data") as server:
        client = client_factory(server)("lambda")
        for name, known in acknowledged.items():
            if known is None:
                continue
            versions = [int(each["Version"]) for each in client.list_versions_by_function(FunctionName=name)["Versions"][1:]]
            assert versions == list(range(1, len(versions) + 1)) and versions[-1] - int(known[0]) in (0, 1)
            aliases = client.list_aliases(FunctionName=name)["Aliases"]
            assert all(alias["Name"] == "a" + alias["FunctionVersion"] for alias in aliases)
            assert {int(alias["FunctionVersion"]) for alias in aliases} >= set(range(2, int(known[1] or 0) + 1))
            assert {int(alias["FunctionVersion"]) for alias in aliases} <= set(versions)
        # Nothing is left of what was deleted: the next of its name begins with version 1.
        for name in acknowledged:
            try:
                client.delete_function(FunctionName=name)
            except client.exceptions.ResourceNotFoundException:
                pass
            made(client, name)
            names = [each["Version"] for each in client.list_versions_by_function(FunctionName=name)["Versions"]]
            assert names == ["$LATEST", "1"] and client.list_aliases(FunctionName=name)["Aliases"] == []
