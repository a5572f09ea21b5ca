"""The server is killed at random moments, again and again (200 times in a soak): what it acknowledged is true
afterwards, what it did not is whole or absent, and nothing of the killed one is left.

Clients of boto3 create, update, invoke and delete meanwhile. A run says its seed; BODA_TEST_SEED repeats its choices,
though not its timing.
"""

import base64
import contextlib
import hashlib
import os
import random
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from boda import LAUNCHER, Server, launcher_environment
from conftest import client_factory
from disks import image_disk
from ledger import CODES, PACKAGES, Client, Function, await_settled, call

SOAK = os.environ.get("BODA_TEST_SOAK") == "true"
KILLS = 200 if SOAK else 20
SEED = int(os.environ.get("BODA_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
CLIENTS = 4
FUNCTIONS_EACH = 2

# What may be missing of the logs of answered invocations.
LOG_SECONDS = 0.2

DIGESTS = {code: hashlib.sha256(zip).hexdigest() for code, zip in enumerate(PACKAGES)}


class Ledger:
    def __init__(self, mark):
        self.functions = [Function(f"f{client}-{number}", mark)
                          for client in range(CLIENTS) for number in range(FUNCTIONS_EACH)]
        self.counts = {}

    def clients(self, make, seed):
        return [Client(make("lambda", max_pool_connections=2), self.functions[at::CLIENTS], f"{seed}-{at}", self.counts)
                for at in range(CLIENTS)]


def processes(mark):
    """Of functions of this test's."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if f"MARK={mark}".encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                pass
    return found


def mounts(folder):
    return [line for line in Path("/proc/mounts").read_text().splitlines() if str(folder) in line]


def control_groups(data):
    """Of environments; not of those that wait for a function, which a server makes ahead. Where the server may not have
    groups of its own, there is no record of them."""
    record = data / "run" / "control-group"
    places = [Path(line) for line in record.read_text().splitlines()] if record.exists() else []
    return [path for place in places if place.exists() for path in place.iterdir() if path.is_dir() and not waits(path)]


def waits(group):
    for process in (group / "cgroup.procs").read_text().split():
        try:
            if not Path("/proc", process, "cmdline").read_bytes().startswith(b"boda-runner"):
                return False
        except OSError:
            pass
    return True


def files(folder):
    return [path for path in folder.rglob("*") if not path.is_dir()]


def blobs(data):
    return {path.parent.name + path.name for path in files(data / "code")}


def unpacked(data):
    return {path.name for path in (data / "cache" / "code").iterdir() if len(path.name) == 64}


def assert_nothing_is_left(data):
    assert processes(data.name) == []
    assert mounts(data) == []
    environments = data / "run" / "environments"
    assert not environments.exists() or list(environments.iterdir()) == []
    assert control_groups(data) == []
    assert files(data / "code" / "writing") == []
    assert files(data / "cache" / "code" / "unpacking") == []


def assert_function(client, function):
    """The function is what it must be; the ledger learns what became of the request under way."""
    try:
        now = await_settled(client, function)
    except client.exceptions.ResourceNotFoundException:
        assert None in function.possible, f"{function.name} is gone, and was {function.known}"
        function.promise(None)
        return
    assert now["State"] == "Active" and now["LastUpdateStatus"] == "Successful", now
    sha256 = base64.b64decode(now["CodeSha256"]).hex()
    codes = [code for code in range(CODES) if DIGESTS[code] == sha256]
    assert codes, f"{function.name} has code that nobody uploaded"
    state = (codes[0], now["Environment"]["Variables"]["SETTING"])
    assert state in function.possible, f"{function.name} is {state}, may be {function.possible}"
    assert call(client, function) == state, function.name
    function.promise(state)


def assert_logged(logs, function, killed_at, restarted_at):
    """Every answered invocation has its line, once, unless it was answered in the last moment; and none has two."""
    expected = {id for id, answered in function.answered.items() if answered < killed_at - LOG_SECONDS}
    seen = {}
    if expected:
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{function.name}", filterPattern="ledger")
        for event in (event for page in pages for event in page["events"]):
            id = event["message"].split()[1]
            seen[id] = seen.get(id, 0) + 1
    missing = expected - set(seen)
    ages = sorted(killed_at - function.answered[id] for id in missing)
    assert not missing, f"{function.name} lost lines written {ages} s before the kill"
    assert set(seen) <= function.asked and all(count == 1 for count in seen.values())
    # The next kill is not asked about what the server before may have lost, of which a client may hear after the kill.
    function.answered = {id: answered for id, answered in function.answered.items() if answered > restarted_at}


def kill_while_starting(data, after):
    process = subprocess.Popen([str(LAUNCHER), "start", "--port", "0", "--data-dir", str(data)],
                               env=launcher_environment(), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
    assert process.wait(10) == -signal.SIGKILL, "it should have been killed while it started"


def killed_while_used(server, ledger, seed, choices):
    """Lets clients work, kills the server, and returns when."""
    clients = ledger.clients(client_factory(server), seed)
    for client in clients:
        client.start()
    # Not after a time: a busy machine would do nothing in it.
    enough = sum(ledger.counts.values()) + choices.randrange(2, 30)
    deadline = time.monotonic() + 30
    while sum(list(ledger.counts.values())) < enough and time.monotonic() < deadline and not failed(clients):
        time.sleep(0.002)
    time.sleep(choices.uniform(0, 0.1))
    killed_at = time.monotonic()
    server.stop(signal.SIGKILL)
    for client in clients:
        client.join(30)
        assert not client.is_alive()
    for failure in failed(clients):
        raise failure
    return killed_at


def failed(clients):
    return [client.failure for client in clients if client.failure]


def check(server, ledger, data, killed_at):
    restarted_at = time.monotonic()
    assert_nothing_is_left(data)
    # The start has removed what no function names.
    make = client_factory(server)
    lambda_client, logs = make("lambda", max_pool_connections=CLIENTS), make("logs", max_pool_connections=CLIENTS)
    named = {base64.b64decode(function["CodeSha256"]).hex()
             for page in lambda_client.get_paginator("list_functions").paginate() for function in page["Functions"]}
    # What an update that is not settled yet replaces is still there: the one under way at the kill, or the last one that
    # was acknowledged. Settling goes on after the restart.
    replaced = {DIGESTS[state[0]] for function in ledger.functions for state in [*function.possible, function.before]
                if state}
    assert named <= blobs(data) <= named | replaced
    assert unpacked(data) <= named | replaced
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(assert_function, lambda_client, function) for function in ledger.functions]:
            done.result()
        if killed_at is not None:
            for done in [pool.submit(assert_logged, logs, function, killed_at, restarted_at)
                         for function in ledger.functions]:
                done.result()


def test_what_was_acknowledged_survives_kills(tmp_path):
    print(f"seed {SEED}")
    data = tmp_path / f"kills-{os.getpid()}"
    choices = random.Random(SEED)
    ledger = Ledger(data.name)
    kills, killed_at = 0, None
    try:
        while True:
            with Server(data) as server:
                check(server, ledger, data, killed_at)
                if kills >= KILLS:
                    break
                killed_at = killed_while_used(server, ledger, f"{SEED}-{kills}", choices)
                kills += 1
            # Kills during the start, several in a row.
            while kills < KILLS and choices.random() < 0.3:
                kill_while_starting(data, choices.uniform(0.02, 0.7))
                kills += 1
    except BaseException as failure:
        failure.add_note(f"after {kills} kills with BODA_TEST_SEED={SEED}; {ledger.counts}")
        raise
    print(f"{kills} kills: {ledger.counts}")
    assert all(ledger.counts.get(what, 0) >= KILLS / 10 for what in ("create", "code", "setting", "delete", "invoke"))
    assert processes(data.name) == []


def cut_power(image, folder, cut):
    """What is on the disk at this moment, without what the system has not written to it yet."""
    shutil.copyfile(image, cut)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def started_anew(data):
    """As after a loss of power: the machine has another boot id than the one of which the cache knows."""
    boot = data / "cache" / "code" / "boot"
    if boot.exists():
        boot.write_text("the boot before")
    return data


def end_processes(mark):
    for process in processes(mark):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def test_what_was_acknowledged_survives_losses_of_power(tmp_path):
    """Of functions and code, not of logs: those are not flushed. The disk is a file; what is in the file when the server
    is killed is what has been flushed."""
    print(f"seed {SEED}")
    choices = random.Random(SEED)
    ledger = Ledger(f"cuts-{os.getpid()}")
    image, cuts = tmp_path / "image", 40 if SOAK else 4
    for cut in range(cuts):
        after = tmp_path / f"after-{cut}"
        with image_disk(image, tmp_path / "disk", make=cut == 0) as disk:
            data = started_anew(disk / ledger.functions[0].mark)
            with Server(data) as server:
                verify(server, ledger)
                killed_while_used(server, ledger, f"{SEED}-{cut}", choices)
                cut_power(image, disk, after)
                end_processes(data.name)
        image = after
    with image_disk(image, tmp_path / "disk", make=False) as disk:
        with Server(started_anew(disk / ledger.functions[0].mark)) as server:
            verify(server, ledger)
    print(ledger.counts)
    assert ledger.counts.get("create", 0) >= cuts and ledger.counts.get("code", 0) > 0


def verify(server, ledger):
    lambda_client = client_factory(server)("lambda", max_pool_connections=CLIENTS)
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(assert_function, lambda_client, function) for function in ledger.functions]:
            done.result()
