"""Hostile clients, all at once, while honest ones go on; afterwards the server is as it was."""

import collections
import http.client
import json
import os
import re
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlparse

import pytest
from boda import Server, aws_environment, node_function, python_function
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from conftest import ROLE, client_factory
from hostile import (Ahead, DeafReaders, Garbage, HalfOpen, HugeHeaders, Idle, LargeBodies, SlowBodies, SlowHeads)

pytestmark = pytest.mark.usefixtures("many_descriptors")

SECONDS = 60 if os.environ.get("BODA_TEST_SOAK") == "true" else 35
CALLERS = 64
SIGNED_BY_BOTO3 = 2


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    """A server of its own, whose memory and descriptors nobody else changes."""
    with Server(tmp_path_factory.mktemp("hostile")) as running:
        yield running


class Holdings:
    """What the server's process holds, seen from outside."""

    def __init__(self, server):
        self.pid = server.process.pid
        subprocess.run([self.jdk() / "bin/jcmd", str(self.pid), "GC.run"], capture_output=True, check=True, timeout=60)
        self.descriptors = len(os.listdir(f"/proc/{self.pid}/fd"))
        status = Path(f"/proc/{self.pid}/status").read_text()
        self.threads = int(re.search(r"^Threads:\s+(\d+)", status, re.MULTILINE).group(1))
        heap = subprocess.run([self.jdk() / "bin/jcmd", str(self.pid), "GC.heap_info"], capture_output=True, text=True,
                              check=True, timeout=60).stdout
        # What has survived the collection is in the old generation.
        old = re.search(r"(?:Tenured|ParOldGen|garbage-first heap) .*used (\d+)K", heap)
        assert old, heap
        self.heap_kilobytes = int(old.group(1))

    def jdk(self):
        return Path(os.readlink(f"/proc/{self.pid}/exe")).parents[1]

    def __repr__(self):
        return f"{self.descriptors} descriptors, {self.threads} threads, {self.heap_kilobytes} KB of heap"


def signed_request(server, name, payload):
    path = f"/2015-03-31/functions/{name}/invocations"
    request = AWSRequest("POST", server.url + path, data=payload)
    SigV4Auth(Credentials("test", "test"), "lambda", "us-east-1").add_auth(request)
    return path, dict(request.headers.items())


class Callers:
    """Honest callers, each at its own pace, who remember everything that went wrong."""

    def __init__(self, server, name):
        self.server, self.name = server, name
        self.stop = threading.Event()
        self.errors, self.calls, self.slowest = [], collections.Counter(), 0.0
        self.threads = [threading.Thread(target=self.calling, args=(number,)) for number in range(CALLERS)]

    def calling(self, number):
        try:
            call = self.boto3() if number < SIGNED_BY_BOTO3 else self.raw(number)
            while not self.stop.is_set():
                began = time.monotonic()
                call(self.calls[number])
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.calls[number] += 1
                self.stop.wait(0.1)
        except Exception as error:
            self.errors.append((number, self.calls[number], repr(error)))

    def boto3(self):
        client = client_factory(self.server)("lambda")

        def call(count):
            answer = client.invoke(FunctionName=self.name, Payload=json.dumps(count).encode())
            assert json.loads(answer["Payload"].read()) == count and "FunctionError" not in answer

        return call

    def raw(self, number):
        address = urlparse(self.server.url)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        payload = json.dumps(number).encode()
        path, headers = signed_request(self.server, self.name, payload)

        def call(count):
            if count % 50 == 49:
                connection.close()  # Newcomers get in as well.
            connection.request("POST", path, payload, headers)
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200 and json.loads(body) == number, (response.status, body)

        return call


def prepared(server, name, package, **members):
    client = client_factory(server)("lambda")
    client.create_function(FunctionName=name, Role=ROLE, Code={"ZipFile": package}, **{"Timeout": 30, **members})
    client.get_waiter("function_active_v2").wait(FunctionName=name)
    return client


def settled(look, near, seconds=60):
    """The last look, taken until it is near enough or the time is over."""
    ends = time.monotonic() + seconds
    while True:
        seen = look()
        if near(seen) or time.monotonic() > ends:
            return seen
        time.sleep(2)


def test_honest_callers_notice_nothing_of_hostile_ones(target):
    before = Holdings(target)
    client = prepared(target, "honest", node_function("export const handler = async (event) => event;"), Runtime="nodejs20.x",
             Handler="index.handler", MemorySize=1769)
    prepared(target, "large", python_function("def lambda_handler(e, c):\n    return 'x' * 5_000_000\n"),
             Runtime="python3.12", Handler="lambda_function.lambda_handler")
    callers = Callers(target, "honest")
    for thread in callers.threads:
        thread.start()
    time.sleep(3)
    attacking = threading.Event()
    attacks = [Idle(target, attacking, 2_000), SlowHeads(target, attacking, 200), SlowBodies(target, attacking, 200),
               HalfOpen(target, attacking, 100), Ahead(target, attacking, 10), LargeBodies(target, attacking, 3),
               Garbage(target, attacking), Garbage(target, attacking), HugeHeaders(target, attacking),
               DeafReaders(target, attacking, 8, "/2015-03-31/functions/large/invocations")]
    for attack in attacks:
        attack.start()
    time.sleep(SECONDS)
    during = len(os.listdir(f"/proc/{target.process.pid}/fd"))
    callers_alive = [thread.is_alive() for thread in callers.threads]
    attacking.set()
    for attack in attacks:
        attack.join(30)
    assert callers.errors == []
    assert all(callers_alive) and min(callers.calls.values()) > 0
    assert [attack for attack in attacks if attack.error] == [], [attack.error for attack in attacks]
    assert all(attack.done for attack in attacks if isinstance(attack, (Garbage, HalfOpen, HugeHeaders, DeafReaders)))
    assert during > before.descriptors + 2_000, "the attack took place"
    callers.stop.set()
    for thread in callers.threads:
        thread.join(30)
    assert callers.errors == []
    for function in ["honest", "large"]:
        assert client.invoke(FunctionName=function, Payload=b"1")["StatusCode"] == 200
        client.delete_function(FunctionName=function)  # Its environments end with it.
    after = settled(lambda: Holdings(target), lambda now: now.descriptors <= before.descriptors + 20
                    and now.heap_kilobytes <= before.heap_kilobytes + 32_768)
    print(f"before {before}; during {during} descriptors; after {after}; {sum(callers.calls.values())} calls, "
          f"the slowest {callers.slowest:.2f} s")
    assert after.descriptors <= before.descriptors + 20, (before, after)
    # The JVM keeps some carriers and compilers for a while; one thread a connection would be thousands.
    assert after.threads <= before.threads + 50, (before, after)
    assert after.heap_kilobytes <= before.heap_kilobytes + 32_768, (before, after)


def test_the_cli_is_served_beside_ten_thousand_idle_connections(target):
    address = urlparse(target.url)
    idle = []
    try:
        for _ in range(12_000):
            idle.append(socket.create_connection((address.hostname, address.port), timeout=30))
        done = subprocess.run(["/usr/bin/aws", "--endpoint-url", target.url, "lambda", "list-functions"],
                              env=aws_environment(), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
    finally:
        for connection in idle:
            connection.close()


HOSTILE_FUNCTION = """
import os, socket, urllib.request
api = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
held = []
def lambda_handler(event, context):
    answers = []
    if event == "connections":
        for _ in range(2_000):
            connection = socket.create_connection((api[0], int(api[1])), timeout=2)
            held.append(connection)
    if event == "gigabyte":
        connection = socket.create_connection((api[0], int(api[1])), timeout=20)
        connection.sendall(("POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\\r\\nHost: x\\r\\n"
                            "Content-Length: 1000000000\\r\\n\\r\\n" % context.aws_request_id).encode())
        try:
            for _ in range(1_000):
                connection.sendall(b"x" * 1_000_000)
        except OSError:
            pass
    if event == "dribble":
        for _ in range(500):
            connection = socket.create_connection((api[0], int(api[1])), timeout=2)
            connection.sendall(("POST /2018-06-01/runtime/invocation/%s/error HTTP/1.1\\r\\nHost: x\\r\\n"
                                "Content-Length: 6000000\\r\\n\\r\\nx" % context.aws_request_id).encode())
            held.append(connection)
    return "done"
"""


@pytest.mark.parametrize("attack", ["connections", "gigabyte", "dribble"])
def test_a_function_that_attacks_its_runtime_api_harms_only_itself(target, attack):
    client = prepared(target, "hostile-" + attack, python_function(HOSTILE_FUNCTION), Runtime="python3.12",
                      Handler="lambda_function.lambda_handler", )
    client.update_function_configuration(FunctionName="hostile-" + attack, Timeout=10)
    client.get_waiter("function_updated_v2").wait(FunctionName="hostile-" + attack)
    before = Holdings(target)
    client.invoke(FunctionName="hostile-" + attack, Payload=json.dumps(attack).encode())["Payload"].read()
    during = len(os.listdir(f"/proc/{target.process.pid}/fd"))
    assert during <= before.descriptors + 100
    assert client.list_functions()["Functions"]
    client.delete_function(FunctionName="hostile-" + attack)
    after = settled(lambda: Holdings(target), lambda now: now.descriptors <= before.descriptors + 5
                    and now.heap_kilobytes <= before.heap_kilobytes + 16_384)
    assert after.descriptors <= before.descriptors + 5, (before, after)
    assert after.heap_kilobytes <= before.heap_kilobytes + 16_384, (before, after)


def test_what_finds_none_of_the_environments_of_the_setting_waits_half_a_minute_and_is_throttled(tmp_path):
    with Server(tmp_path / "data", "--max-environments", "2") as server:
        client = prepared(server, "waits", python_function(
            "import time\ndef lambda_handler(e, c):\n    time.sleep(e)\n    return c.log_stream_name\n"), Timeout=60,
            Runtime="python3.12", Handler="lambda_function.lambda_handler")

        def call(seconds):
            try:
                answer = client.invoke(FunctionName="waits", Payload=json.dumps(seconds).encode())
                return json.loads(answer["Payload"].read())
            except client.exceptions.TooManyRequestsException as throttled:
                return throttled.response

        with ThreadPoolExecutor(3) as pool:
            environments = list(pool.map(call, [3, 3, 3]))
            assert len(set(environments)) == 2, environments
            outcomes = list(pool.map(call, [33, 33, 33]))
        throttled, = (outcome for outcome in outcomes if not isinstance(outcome, str))
        assert throttled["Reason"] == "ConcurrentInvocationLimitExceeded" and "--max-environments" in throttled["message"]
        assert {outcome for outcome in outcomes if isinstance(outcome, str)} == set(environments)
        assert call(0) in environments
