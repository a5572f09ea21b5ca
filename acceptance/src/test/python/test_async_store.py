"""What events wait in: a disk that takes no more, a backlog, and functions that would keep others waiting.

BODA_TEST_SOAK: a backlog of 1,000,000 instead of 100,000.
"""

import os
import random
import shutil
import signal
import statistics
import time

import pytest
from boda import Server
from botocore.exceptions import ClientError
from conftest import client_factory
from disks import fill, image_disk, make_read_only, memory_disk
from events import Promises, Sender, diary_in, fill_queue, make, rows
from test_durable import started_anew

SOAK = os.environ.get("BODA_TEST_SOAK") == "true"
BACKLOG = 1_000_000 if SOAK else 100_000
OPTIONS = ("--plain-processes", "--async-retry-delay", "1s")


def send(sender, promises, name, key, **event):
    """Sends an event, which must be accepted, and says how long that took."""
    began = time.monotonic()
    status, body = sender.send(name, {"key": key, **event})
    took = time.monotonic() - began
    assert status == 202, (status, body)
    promises.accept(name, key)
    return took


def try_to_send(sender, promises, name, key):
    """Sends an event, and says whether it was accepted."""
    status, body = sender.send(name, {"key": key})
    if status == 202:
        promises.accept(name, key)
        return True
    assert status == 500 and b"The server cannot write to its data directory (" in body, (status, body)
    return False


def assert_events_are_refused_and_warm_invocations_go_on(sender, client, promises, mark):
    # A few may find room within what the database has already.
    number, refused = 0, 0
    while refused < 50:
        number += 1
        assert number < 5_000, "events are still accepted"
        refused = 0 if try_to_send(sender, promises, "warm", f"{mark}-{number}") else refused + 1
    for number in range(50):
        key = f"{mark}-synchronous-{number}"
        answer = client.invoke(FunctionName="warm", Payload=f'{{"key": "{key}"}}'.encode())
        assert answer["StatusCode"] == 200 and "FunctionError" not in answer
    with pytest.raises(ClientError) as failure:
        client.invoke(FunctionName="warm", InvocationType="Event", Payload=b'{"key": "refused"}')
    assert failure.value.response["Error"]["Code"] == "ServiceException"
    assert failure.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500


def make_and_leave_waiting(server, diary, promises):
    """A warm function, and one of which events wait."""
    client = client_factory(server)("lambda")
    make(client, "warm", diary)
    make(client, "waiting", diary, reserved=1)
    client.invoke(FunctionName="warm", Payload=b'{"key": "first"}')
    sender = Sender(server)
    for number in range(20):
        send(sender, promises, "waiting", f"waiting-{number}", sleep=0.2)
    return client, sender


def not_ended(promises):
    return lambda written: promises.of("warm", "waiting") - set(written["ended"])


def test_on_a_full_disk_no_event_is_accepted_and_none_is_lost(tmp_path):
    promises, diary = Promises(), diary_in(tmp_path)
    with memory_disk(tmp_path / "disk", 64) as disk:
        with Server(disk / "data", *OPTIONS) as server:
            client, sender = make_and_leave_waiting(server, diary, promises)
            for time_of_need in range(2):
                filler = fill(disk)
                assert_events_are_refused_and_warm_invocations_go_on(sender, client, promises, f"full-{time_of_need}")
                filler.unlink()
                for number in range(50):
                    send(sender, promises, "warm", f"after-{time_of_need}-{number}")
            diary.await_all(not_ended(promises), 60)
            assert "refused" not in diary.read()["ran"]
            assert server.stop() == 143
        assert rows(disk / "data") == (0, 0)


def test_on_a_read_only_disk_no_event_is_accepted_and_none_is_lost(tmp_path):
    promises, diary = Promises(), diary_in(tmp_path)
    image, after = tmp_path / "image", tmp_path / "after"
    with image_disk(image, tmp_path / "disk") as disk:
        with Server(disk / "data", *OPTIONS) as server:
            client, sender = make_and_leave_waiting(server, diary, promises)
            make_read_only(disk)
            assert_events_are_refused_and_warm_invocations_go_on(sender, client, promises, "read-only")
            server.stop(signal.SIGKILL)
            # What has been flushed: the disk itself stays as it is for as long as a process of the server's is there.
            shutil.copyfile(image, after)
    with image_disk(after, tmp_path / "disk-after", make=False) as disk:
        with Server(started_anew(disk / "data"), *OPTIONS) as server:
            send(Sender(server), promises, "warm", "after")
            diary.await_all(not_ended(promises), 60)
    assert "refused" not in diary.read()["ran"]


class Pace:
    """How long events of a warm function take one after the other: until the 202, and from being sent until they run."""

    def __init__(self, server, diary, promises, mark, count=400):
        sender, sent, accepted = Sender(server), {}, []
        # The first ones wait for environments, and for a server that has just started.
        first = {f"{mark}-first-{number}" for number in range(150)}
        for key in first:
            send(sender, promises, "other", key)
        diary.await_all(lambda written: first - set(written["ended"]), 60)
        for number in range(count):
            key = f"{mark}-{number}"
            sent[key] = time.time()
            accepted.append(send(sender, promises, "other", key))
            # Some after each other, and some in a row.
            time.sleep(random.choice([0, 0, 0.02]))
        diary.await_all(lambda written: set(sent) - set(written["ended"]), 60)
        ran = diary.read()["ran"]
        ages = [ran[key][0][0] - at for key, at in sent.items()]
        self.accepted, self.age = statistics.median(accepted), statistics.median(ages)
        self.late = sorted(ages)[int(len(ages) * 0.99)]

    def __str__(self):
        return f"202 after {self.accepted * 1000:.2f} ms, runs after {self.age * 1000:.2f} ms, p99 {self.late * 1000:.1f} ms"


def test_a_backlog_delays_no_other_function(tmp_path):
    data, promises, diary = tmp_path / "data", Promises(), diary_in(tmp_path)
    with Server(data, *OPTIONS) as server:
        client = client_factory(server)("lambda")
        make(client, "other", diary)
        make(client, "flooded", diary, reserved=1, Timeout=900)
        empty = Pace(server, diary, promises, "empty")
        sender = Sender(server)
        for number in range(20):
            send(sender, promises, "flooded", f"flood-{number}", sleep=890)
        server.stop(signal.SIGKILL)
    fill_queue(data, "flooded", BACKLOG, b'{"key": "backlog", "sleep": 890}')
    began = time.monotonic()
    with Server(data, *OPTIONS) as server:
        started = time.monotonic() - began
        full = Pace(server, diary, promises, "full")
        print(f"empty: {empty}\n{BACKLOG} waiting: {full}; the server started in {started:.1f} s")
        # A machine that others use may be late without any backlog.
        assert full.late < max(0.1, 2 * empty.late), full
        assert full.accepted < 2 * empty.accepted + 0.002
        assert full.age < 2 * empty.age + 0.005
        # The backlog goes with its function; what is accepted of the next one of its name is kept.
        client = client_factory(server)("lambda")
        client.delete_function(FunctionName="flooded")
        make(client, "flooded", diary)
        for number in range(20):
            send(Sender(server), promises, "flooded", f"next-{number}")
        again = Pace(server, diary, promises, "again")
        print(f"while the backlog goes: {again}")
        assert again.late < max(0.25, 4 * empty.late), again
        diary.await_all(lambda written: {f"next-{number}" for number in range(20)} - set(written["ended"]), 60)
        deadline = time.monotonic() + BACKLOG / 1_000
        while rows(data) != (0, 0):
            assert time.monotonic() < deadline, rows(data)
            time.sleep(0.2)
    # One that ran until the kill, and one after it.
    assert len(diary.read()["ran"].get("backlog", [])) <= 3


def test_none_of_fifty_functions_waits_for_troublesome_ones(tmp_path):
    promises, diary = Promises(), diary_in(tmp_path)
    names = [f"quiet-{number}" for number in range(50)]
    with Server(tmp_path / "data", *OPTIONS) as server:
        client = client_factory(server)("lambda")
        for name in (*names, "flooded", "failing", "slow"):
            make(client, name, diary)
        make(client, "throttled", diary, reserved=1)
        for name in names:
            client.invoke(FunctionName=name, Payload=b'{"key": "first"}')
        sender, sent = Sender(server), {}
        for number in range(100):
            send(sender, promises, "throttled", f"throttled-{number}", sleep=0.3)
            send(sender, promises, "slow", f"slow-{number}", sleep=2)
            send(sender, promises, "failing", f"failing-{number}", fail=True)
        for number in range(2_000):
            send(sender, promises, "flooded", f"flooded-{number}")
        for number in range(4):
            for name in random.sample(names, len(names)):
                key = f"{name}-{number}"
                sent[key] = time.time()
                send(sender, promises, name, key)
                for flood in range(5):
                    send(sender, promises, "flooded", f"flooded-{key}-{flood}")
        diary.await_all(lambda written: set(sent) - set(written["ran"]), 60)
        ran = diary.read()["ran"]
        waits = sorted((ran[key][0][0] - at, key) for key, at in sent.items())
        print(f"{len(waits)} events of 50 functions: median {waits[len(waits) // 2][0]:.3f} s, longest {waits[-1][0]:.3f} s; "
              f"beside them ran {len(ran)} events")
        assert waits[-1][0] < 2, waits[-10:]
