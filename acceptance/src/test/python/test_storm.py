"""A thousand first calls at once, over fifty functions, bombs among them, while processes of theirs are killed at random."""

import asyncio
import contextlib
import http.client
import io
import json
import os
import random
import re
import signal
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlparse

import pytest
from boda import node_function, python_function
from bombs import BOMBS, KILLED, Error, limits_hold
from conftest import ROLE, client_factory
from left_behind import Dwellings, environments, eventually, server_without_trace, ticks
from neighbours import CallsElsewhere, Meanwhile, Neighbour, p99

CALLS, FUNCTIONS, CALLS_OF_A_BOMB = 1_000, 50, 5
pytestmark = pytest.mark.usefixtures("many_descriptors")

# Those that end within seconds by themselves.
USED = ("forks", "threads", "memory", "memory of Node.js", "disk", "descriptors", "deaf to signals", "stops itself",
        "closes its descriptors", "never reads its event")
# Until there is room and a turn for it, a second Init's time, and the bombs' own.
LONGEST_SECONDS = 60
LONGEST_STANDSTILL_SECONDS = 2
KILL_EVERY_SECONDS = 0.4
SERVER_MEGABYTES = 768
# How long the neighbour is asked before.
QUIET_SECONDS = 2

ECHO = {
    "python3.12": python_function("import time\ndef lambda_handler(event, context):\n    time.sleep(0.05)\n    return event\n"),
    "nodejs20.x": node_function(
        "export const handler = (event) => new Promise(done => setTimeout(() => done(event), 50));"),
}


@pytest.fixture
def server(tmp_path):
    """One of its own: it is ended, and then nothing is left of anything."""
    with server_without_trace(tmp_path / "data") as running:
        limits_hold(running)
        yield running


def by_timeout(end):
    """Whether a bomb ends so, or may."""
    return any(isinstance(each, Error) and each.type == "Sandbox.Timedout" for each in getattr(end, "ends", [end]))


def create(client):
    """Names, each with its bomb or None."""
    made = {}
    for number in range(FUNCTIONS):
        bomb = BOMBS[USED[number]] if number < len(USED) else None
        name, runtime = f"storm-{number}", list(ECHO)[number % 2]
        # Who does not end by a timeout has time: what is shown is not how long a start takes beside bombs.
        members = bomb.request() | ({} if by_timeout(bomb.ends) else {"Timeout": 30}) if bomb else {
            "Code": {"ZipFile": ECHO[runtime]}, "Runtime": runtime, "Timeout": 30, "MemorySize": 256,
            "Handler": "index.handler" if "node" in runtime else "lambda_function.lambda_handler"}
        client.create_function(FunctionName=name, Role=ROLE, **members)
        made[name] = bomb
    for name in made:
        client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})
    return made


def said(raw):
    """What boto3 would say of the call, and its answer."""
    answer = http.client.HTTPResponse(Bytes(raw))
    answer.begin()
    response = {"StatusCode": answer.status, "Headers": answer.headers,
                "ResponseMetadata": {"RequestId": answer.headers["x-amzn-RequestId"]}}
    if "X-Amz-Function-Error" in answer.headers:
        response["FunctionError"] = answer.headers["X-Amz-Function-Error"]
    return response, json.loads(answer.read())


class Bytes:
    """What http.client takes for a socket."""

    def __init__(self, raw):
        self.raw = raw

    def makefile(self, *_):
        return io.BytesIO(self.raw)


async def all_at_once(server, calls):
    """Their answers as they come, each with how long it took. Everybody is connected before, and what was answered is read
    later: on AWS callers are elsewhere, here they take processors from the server."""
    address = urlparse(server.url)
    connected = [await asyncio.open_connection(address.hostname, address.port) for _ in calls]
    begun = time.monotonic()

    async def invoke(connection, name, payload):
        reader, writer = connection
        writer.write(f"POST /2015-03-31/functions/{name}/invocations HTTP/1.1\r\nHost: {address.netloc}\r\n"
                     f"Content-Length: {len(payload)}\r\nConnection: close\r\n\r\n".encode() + payload)
        raw = await reader.read()
        writer.close()
        return raw, time.monotonic() - begun

    return await asyncio.gather(*(invoke(connection, name, payload)
                                  for connection, (name, payload) in zip(connected, calls)))


class Killer(Meanwhile):
    """Kills some process of some environment, now and then, but for those that are spared."""

    def __init__(self, server, seed, spared):
        super().__init__()
        self.server, self.random, self.spared, self.killed = server, random.Random(seed), set(spared), 0

    def go_on(self):
        while not self.enough.wait(KILL_EVERY_SECONDS):
            if inside := [pid for pid in environments(self.server) if pid not in self.spared]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.random.choice(inside), signal.SIGKILL)
                    self.killed += 1


def check(bomb, payload, response, answer):
    """What became of a call, in a word; it is AWS's answer."""
    if response["StatusCode"] == 429:
        assert answer["Reason"] == "ConcurrentInvocationLimitExceeded" and response["Headers"]["Retry-After"], answer
        assert "TooManyRequestsException" in response["Headers"]["x-amzn-ErrorType"]
        return "throttled"
    with contextlib.suppress(AssertionError):
        KILLED.check(answer, response)
        return "killed"
    if bomb:
        bomb.ends.check(answer, response)
        return "as its bomb ends"
    assert response["StatusCode"] == 200 and "FunctionError" not in response and answer == json.loads(payload), answer
    return "answered"


def memory_high(server):
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{server.process.pid}/status").read_text())[1]) / 1024


def test_a_thousand_first_calls_bombs_and_kills(server):
    seed = random.randrange(1 << 30)
    print("seed", seed)
    client = client_factory(server)("lambda")
    functions = create(client)
    Neighbour.of(server, client)
    # Or it would be one of the thousand that the account may have at once.
    client.put_function_concurrency(FunctionName="neighbour", ReservedConcurrentExecutions=1)
    with CallsElsewhere(server, "neighbour") as quiet:
        time.sleep(QUIET_SECONDS)
    bombs = [name for name in functions if functions[name]] * CALLS_OF_A_BOMB
    others = [name for name in functions if not functions[name]]
    names = bombs + [others[number % len(others)] for number in range(CALLS - len(bombs))]
    random.Random(seed).shuffle(names)
    calls = [(name, json.dumps({"number": number}).encode()) for number, name in enumerate(names)]
    spared = Dwellings(server, "neighbour").look().processes
    with Killer(server, seed, spared) as killer, CallsElsewhere(server, "neighbour") as meanwhile:
        answers = asyncio.run(all_at_once(server, calls))
    ends = Counter(check(functions[name], payload, *said(raw)) for (name, payload), (raw, _) in zip(calls, answers))
    longest = max(seconds for _, seconds in answers)
    standstill = max(meanwhile.times)
    print(f"{CALLS} calls, {dict(ends)}, the longest {longest:.1f} s; {killer.killed} kills; the neighbour's p99"
          f" {p99(meanwhile.times):.1f} ms, quiet {p99(quiet.times):.1f}, its longest call {standstill:.2f} s; the server has had"
          f" {memory_high(server):.0f} MB")
    # Who is killed is one of ours, or was in an Init whose end others awaited, or is a bomb of memory.
    assert killer.killed and ends["killed"] <= 4 * killer.killed + 2 * CALLS_OF_A_BOMB
    assert ends["answered"] > CALLS / 2
    assert longest < LONGEST_SECONDS
    # The neighbour's environment ends for nobody, though it is idle between its calls: else it would wait for a start.
    assert standstill < LONGEST_STANDSTILL_SECONDS
    assert memory_high(server) < SERVER_MEGABYTES
    idle_costs_nothing(server)


def idle_costs_nothing(server):
    """Soon after the last call, no process in an environment gets any more CPU time."""
    def used():
        before = {pid: ticks(pid) for pid in environments(server)}
        time.sleep(1)
        return {pid: ticks(pid) - count for pid, count in before.items() if ticks(pid) > count}
    eventually(used, "CPU time used by idle environments")
