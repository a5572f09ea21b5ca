"""Events outlive their server: every event that got its 202 is executed, retried or handed to its destination, whatever
kills the server and whenever. Clients keep a ledger of their 202s; the functions write a diary outside of the server.

BODA_TEST_SOAK: five minutes of kills. A run says its seed; BODA_TEST_SEED repeats its choices, though not its timing.
"""

import os
import random
import signal
import subprocess
import time

from boda import LAUNCHER, Server, launcher_environment
from conftest import client_factory
from events import Client, Promises, arn, diary_in, make, rows

SOAK = os.environ.get("BODA_TEST_SOAK") == "true"
SECONDS = 300 if SOAK else 15
SEED = int(os.environ.get("BODA_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
CLIENTS = 4
# Of each client between two kills: what a machine of two processors runs in the time.
MOST = 150

OPTIONS = ("--plain-processes", "--async-retry-delay", "1s")
GOOD = ("good-a", "good-b", "good-slow")


def make_functions(client, diary):
    make(client, "told", diary)
    for name in GOOD:
        make(client, name, diary)
    make(client, "failing", diary)
    to_told = {"OnFailure": {"Destination": arn("told")}}
    make(client, "failing-told", diary, {"MaximumRetryAttempts": 1, "DestinationConfig": to_told})
    make(client, "off-told", diary, {"DestinationConfig": to_told}, reserved=0)
    make(client, "throttled", diary, reserved=1)


def chooser(seed):
    choices = random.Random(seed)

    def choose():
        name = choices.choice([*GOOD * 4, "throttled", "failing", "failing-told", "off-told"])
        return name, {"fail": name.startswith("failing"), "sleep": choices.choice([0, 0.3]) if name == "good-slow" else 0}

    return choose


def missing(promises, written):
    """Keys of promises that are not kept."""
    def times(word, key):
        return len(written[word].get(key, []))

    def conditions(key):
        return {what for _, what in written["told"].get(key, [])}

    return ({key for key in promises.of(*GOOD, "throttled") if not times("ended", key)}
            | {key for key in promises.of("failing") if times("ran", key) < 3}
            | {key for key in promises.of("failing-told")
               if times("ran", key) < 2 or conditions(key) != {"RetriesExhausted"}}
            | {key for key in promises.of("off-told") if conditions(key) != {"ZeroReservedConcurrency"}})


def kill_while_starting(data, after):
    process = subprocess.Popen([str(LAUNCHER), "start", "--port", "0", "--data-dir", str(data), *OPTIONS],
                               env=launcher_environment(), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
    assert process.wait(10) == -signal.SIGKILL, "it should have been killed while it started"


def life(server, promises, number, choices):
    """Clients send until the server is killed."""
    clients = [Client(server, f"{number}-{at}", promises, chooser(f"{SEED}-{number}-{at}"), MOST)
               for at in range(CLIENTS)]
    for client in clients:
        client.start()
    # Not after a time alone: a busy machine would do nothing in it.
    enough = promises.count + choices.randrange(20, CLIENTS * MOST)
    deadline = time.monotonic() + 10
    while promises.count < enough and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(choices.uniform(0, 1.5))
    server.stop(signal.SIGKILL)
    for client in clients:
        client.join(30)
        assert not client.is_alive()
        if client.failure:
            raise client.failure


def test_every_accepted_event_is_accounted_for_after_kills(tmp_path):
    print(f"seed {SEED}")
    data, diary, promises, choices = tmp_path / "data", diary_in(tmp_path), Promises(), random.Random(SEED)
    kills = 0
    began = time.monotonic()
    try:
        with Server(data, *OPTIONS) as server:
            make_functions(client_factory(server)("lambda"), diary)
        while kills < 5 or time.monotonic() < began + SECONDS:
            with Server(data, *OPTIONS) as server:
                life(server, promises, kills, choices)
            kills += 1
            if choices.random() < 0.3:
                kill_while_starting(data, choices.uniform(0.1, 1.2))
                kills += 1
        killing = time.monotonic() - began
        with Server(data, *OPTIONS) as server:
            diary.await_all(lambda written: missing(promises, written), 60 if not SOAK else 300)
            assert server.stop() == 143
    except BaseException as failure:
        failure.add_note(f"after {kills} kills with BODA_TEST_SEED={SEED}; {promises.count} were accepted")
        raise
    written = diary.read()
    assert set(written["ran"]) | set(written["told"]) <= promises.asked, "something ran that nobody asked for"
    assert rows(data) == (0, 0), "events and payloads that are left"
    again = sum(len(times) > 1 for key, times in written["ended"].items())
    print(f"{kills} kills in {killing:.0f} s: {promises.count} accepted, all accounted for; {again} ran more often than "
          f"once; drained in {time.monotonic() - began - killing:.1f} s")
    assert promises.count >= kills * 20


def test_a_server_that_is_closed_loses_no_event(tmp_path):
    """What runs ends, or runs again after the restart although it may not be retried; what waits runs then."""
    data, diary = tmp_path / "data", diary_in(tmp_path)
    promises = Promises()
    with Server(data, *OPTIONS) as server:
        client = client_factory(server)("lambda")
        make(client, "told", diary)
        once = {"MaximumRetryAttempts": 0, "DestinationConfig": {"OnFailure": {"Destination": arn("told")}}}
        make(client, "quick", diary)
        make(client, "short", diary, once, Timeout=60)
        make(client, "long", diary, once, Timeout=60)
        make(client, "waiting", diary, reserved=1)
        senders = {"quick": ({}, 200), "short": ({"sleep": 1}, 4), "long": ({"sleep": 15}, 4), "waiting": ({"sleep": 0.2}, 60)}
        sending = []
        for name, (event, count) in senders.items():
            thread = Client(server, name, promises, lambda name=name, event=event: (name, event), count)
            thread.start()
            sending.append(thread)
        for thread in sending[1:]:
            thread.join()
            assert thread.failure is None
        diary.await_all(lambda written: promises.of("short", "long") - set(written["ran"]), 30)
        assert server.stop() == 143
        sending[0].join()
        # A refusal of a server that closes is not a promise.
        assert sending[0].failure is None or "202" in str(sending[0].failure), sending[0].failure
    closed = diary.read()
    assert promises.of("short") <= set(closed["ended"]), "there was time to end"
    assert promises.of("waiting") - set(closed["ran"]), "nothing waited"
    with Server(data, *OPTIONS) as server:
        diary.await_all(lambda written: promises.of(*senders) - set(written["ended"]), 60)
        assert server.stop() == 143
    assert diary.read()["told"] == {}
    assert rows(data) == (0, 0)
