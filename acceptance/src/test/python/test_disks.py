"""Disks that are full, read-only or damaged: writes are refused with what to do, what is warm goes on, and a start that
cannot be is one sentence and changes nothing."""

import hashlib
import json
import os
import pwd
import random
import shutil
import sqlite3
import subprocess
import time
import urllib.request

import pytest
from boda import LAUNCHER, Server, launcher_environment, python_function, zipped
from botocore.exceptions import ClientError
from conftest import ROLE, client_factory
from disks import fill, image_disk, make_read_only, memory_disk

CODE = python_function("def lambda_handler(e, c):\n    print('line', e)\n    return e\n")
LARGE = zipped({"lambda_function.py": "def lambda_handler(e, c): return 2", "ballast": random.Random(1).randbytes(200_000)})


def create(client, name, code=CODE):
    client.create_function(FunctionName=name, Runtime="python3.12", Role=ROLE,
                           Handler="lambda_function.lambda_handler", Code={"ZipFile": code})
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})


def invoke(client, name, payload):
    response = client.invoke(FunctionName=name, Payload=payload)
    body = response["Payload"].read()
    assert "FunctionError" not in response, body
    return body


CANNOT_WRITE = "The server cannot write to its data directory ("


def assert_refused(data, reason, remedy, request, **members):
    """With what AWS's Lambda or Logs answers for a fault of its own, and a sentence that says what to do."""
    with pytest.raises(ClientError) as refused:
        request(**members)
    error, metadata = refused.value.response["Error"], refused.value.response["ResponseMetadata"]
    assert (metadata["HTTPStatusCode"], error["Code"]) in [
        (500, "ServiceException"), (503, "ServiceUnavailableException")], error
    assert (error["Code"] == "ServiceUnavailableException") == (refused.value.operation_name == "PutLogEvents")
    said = error["Message"]
    if refused.value.operation_name == "Invoke":
        name = f"arn:aws:lambda:us-east-1:000000000000:function:{members['FunctionName']}"
        said = said.removeprefix(f"No execution environment for {name} can be started: ")
    assert said.startswith(CANNOT_WRITE + str(data)), error
    assert reason in said and remedy in said, error
    return metadata["RequestId"]


def problems(server):
    with urllib.request.urlopen(server.url + "/_boda/health") as answer:
        return " ".join(json.load(answer)["problems"])


def eventually(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"


def log_line(message):
    return {"logGroupName": "own", "logStreamName": "stream",
            "logEvents": [{"timestamp": int(time.time() * 1000), "message": message}]}


def create_all(make):
    """`f` is warm, `h` is changed, `cold` has no environment; a log stream is there. The servers here start plain
    processes: only those need the disk at a cold start."""
    client, logs = make("lambda"), make("logs")
    for name in ("f", "h", "cold"):
        create(client, name)
    assert invoke(client, "f", b"-1") == b"-1"
    logs.create_log_group(logGroupName="own")
    logs.create_log_stream(logGroupName="own", logStreamName="stream")
    logs.put_log_events(**log_line("before"))
    return client, logs


def packages(data):
    return sorted(path.name for path in (data / "code").rglob("*") if path.is_file())


def assert_writes_are_refused_and_warm_invocations_go_on(server, data, clients, reason, remedy):
    client, logs = clients
    before = client.get_function_configuration(FunctionName="f")
    kept = packages(data)
    lines = len(server.lines)
    refused = [
        assert_refused(data, reason, remedy, client.create_function, FunctionName="g", Runtime="python3.12", Role=ROLE,
                       Handler="lambda_function.lambda_handler", Code={"ZipFile": LARGE}),
        assert_refused(data, reason, remedy, client.update_function_code, FunctionName="f", ZipFile=LARGE),
        assert_refused(data / "logs", reason, remedy, logs.put_log_events, **log_line("x" * 200_000)),
        *(assert_refused(data / "run", reason, remedy, client.invoke, FunctionName="cold") for _ in range(3)),
    ]
    eventually(lambda: "Execution environments do not start, 3 failed in a row: " + CANNOT_WRITE in problems(server))
    # A small change may find room within what the database has already. Not of the function that must stay warm.
    for description in range(50):
        try:
            client.update_function_configuration(FunctionName="h", Description=str(description))
        except ClientError as failure:
            if failure.response["Error"]["Code"] != "ResourceConflictException":
                assert failure.response["Error"]["Code"] == "ServiceException"
                assert reason in failure.response["Error"]["Message"]
                refused.append(failure.response["ResponseMetadata"]["RequestId"])
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function(FunctionName="g")
    assert client.get_function_configuration(FunctionName="f")["CodeSha256"] == before["CodeSha256"]
    assert packages(data) == kept
    for number in range(100):
        assert invoke(client, "f", str(number).encode()) == str(number).encode()
    said = server.lines[lines:]
    assert [line for line in said if line.startswith("\tat ")] == []
    for request_id in refused:
        assert len([line for line in said if request_id in line]) == 1, (request_id, said)


def test_on_a_full_disk_writes_are_refused_and_warm_invocations_go_on(tmp_path):
    with memory_disk(tmp_path / "disk", 64) as disk, Server(disk / "data", "--plain-processes") as server:
        data = disk / "data"
        make = client_factory(server)
        client, logs = clients = create_all(make)
        filler = fill(disk)
        assert_writes_are_refused_and_warm_invocations_go_on(
            server, data, clients, "no space is left on the device", "Make room there")
        filler.unlink()
        assert invoke(client, "cold", b"3") == b"3"
        eventually(lambda: "do not start" not in problems(server))
        logs.put_log_events(**log_line("after"))
        create(client, "g", LARGE)
        assert invoke(client, "g", b"1") == b"2"
        deadline = time.monotonic() + 20
        seen = []
        while len(seen) < 100 and time.monotonic() < deadline:
            pages = make("logs").get_paginator("filter_log_events").paginate(
                logGroupName="/aws/lambda/f", filterPattern="line")
            seen = [event["message"] for page in pages for event in page["events"]]
        assert seen == [f"line {number}\n" for number in range(-1, 100)]


def test_on_a_read_only_disk_writes_are_refused_and_warm_invocations_go_on(tmp_path):
    with image_disk(tmp_path / "image", tmp_path / "disk") as disk:
        data = disk / "data"
        with Server(data, "--plain-processes") as server:
            clients = create_all(client_factory(server))
            make_read_only(disk)
            assert_writes_are_refused_and_warm_invocations_go_on(
                server, data, clients, "its file system is read-only", "Make it writable again")


def launch(data, **how):
    return subprocess.run([str(LAUNCHER), "start", "--port", "0", "--data-dir", str(data)],
                          env=launcher_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60, **how)


def content(data):
    """All that matters of a data directory: caches and the lock's process id are nobody's loss."""
    found = {}
    for part in ("version", "database", "code", "logs"):
        for path in [data / part, *(data / part).rglob("*")]:
            if path.is_file() and not path.name.endswith(("-shm", "-wal")):
                found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def assert_one_sentence(done, *said):
    assert done.returncode == 1, done
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("boda: "), done.stderr
    for words in said:
        assert words in lines[0], lines[0]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A data directory with a function and logs, from an ordered end."""
    data = tmp_path_factory.mktemp("kept") / "data"
    with Server(data) as server:
        client = client_factory(server)("lambda")
        create(client, "f")
        assert invoke(client, "f", b"1") == b"1"
    return data


def garble(path):
    bytes = bytearray(path.read_bytes())
    for at in range(4096, len(bytes)):
        bytes[at] ^= 0x55
    path.write_bytes(bytes)


def schema(path, statement):
    with sqlite3.connect(path) as database:
        database.execute(statement)
    database.close()


def into_file(path):
    shutil.rmtree(path)
    path.write_text("in the way")


def into_folder(path):
    path.unlink()
    (path / "in the way").mkdir(parents=True)


def log_database(data):
    return next((data / "logs").glob("*.db"))


@pytest.mark.parametrize("damage, said", [
    (lambda data: garble(data / "database" / "functions.sqlite"), ["functions.sqlite", "damaged", "copy"]),
    (lambda data: (data / "database" / "functions.sqlite").write_text("dear diary"), ["functions.sqlite", "damaged"]),
    (lambda data: garble(log_database(data)), ["logs", "damaged", "copy"]),
    (lambda data: into_folder(data / "database" / "functions.sqlite"), ["functions.sqlite"]),
    (lambda data: into_folder(log_database(data)), ["logs"]),
    (lambda data: schema(data / "database" / "functions.sqlite", "PRAGMA user_version = 999"), ["newer Boda", "999"]),
    (lambda data: schema(log_database(data), "PRAGMA user_version = 999"), ["newer Boda", "999"]),
    (lambda data: schema(data / "database" / "functions.sqlite", "UPDATE record SET document = '{'"),
     ["function", "f", "damaged"]),
    (lambda data: (data / "version").write_text("garbage"), ["version", "damaged"]),
    (lambda data: into_folder(data / "lock"), ["lock"]),
    (lambda data: into_file(data / "code"), ["code"]),
    (lambda data: into_file(data / "database"), ["database"]),
    (lambda data: into_file(data / "logs"), ["logs"]),
    (lambda data: into_file(data / "cache"), ["cache"]),
    (lambda data: into_file(data / "run"), ["run"]),
], ids=["garbled", "no-database", "garbled-logs", "folder-for-database", "folder-for-log-database", "newer-schema",
        "newer-log-schema", "damaged-record", "damaged-version", "folder-for-lock", "file-for-code",
        "file-for-database", "file-for-logs", "file-for-cache", "file-for-run"])
def test_a_damaged_store_stops_the_start_with_a_sentence(kept, tmp_path, damage, said):
    data = tmp_path / "data"
    shutil.copytree(kept, data)
    damage(data)
    before = content(data)
    assert_one_sentence(launch(data), str(data), *said)
    assert content(data) == before


def test_a_full_disk_stops_the_start_with_a_sentence(kept, tmp_path):
    with memory_disk(tmp_path / "disk", 64) as disk:
        data = disk / "data"
        shutil.copytree(kept, data)
        shutil.rmtree(data / "cache")
        before = content(data)
        fill(disk)
        assert_one_sentence(launch(data), str(data), "room")
        assert content(data) == before


def test_a_read_only_disk_stops_the_start_with_a_sentence(kept, tmp_path):
    with memory_disk(tmp_path / "disk", 64) as disk:
        data = disk / "data"
        shutil.copytree(kept, data)
        before = content(data)
        assert subprocess.run(["mount", "-o", "remount,ro", str(disk)]).returncode == 0
        assert_one_sentence(launch(data), str(data), "read-only")
        assert content(data) == before


@pytest.mark.skipif(os.getuid() != 0, reason="it takes root to be somebody else")
def test_a_data_directory_of_another_user_stops_the_start_with_a_sentence(kept, tmp_path):
    nobody = pwd.getpwnam("nobody")
    before = content(kept)
    # What the launcher and the server need to be readable is, or this machine cannot show it.
    if subprocess.run([str(LAUNCHER), "doctor", "--data-dir", "/tmp/nobody"], user=nobody.pw_uid, group=nobody.pw_gid,
                      extra_groups=[], env=launcher_environment(), capture_output=True).returncode != 0:
        pytest.skip("the build is not readable for another user here")
    done = launch(kept, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])
    # The launcher may have said before it what that user has not: a folder for caches.
    assert done.returncode == 1 and done.stderr.strip().splitlines()[-1].startswith(
        f"boda: The data directory {kept} cannot be used: permission is denied."), done.stderr
    assert content(kept) == before
