"""What an environment may use of the machine: memory, CPU time, processes, room in /tmp. By real runtimes, through AWS's
SDK."""

import base64
import hashlib
import os
import statistics
import time

import pytest
from boda import Caller, node_function, python_function
from bombs import KILLED
from left_behind import Dwellings

PYTHON = python_function('''
import hashlib, os, threading, time

held = []
counted = 0

def count():
    global counted
    while True:
        counted += 1

def lambda_handler(event, context):
    if event["do"] == "bomb":
        while True:
            held.append(bytearray(8_000_000))
    if event["do"] == "child":
        os.system("tail /dev/zero")
        time.sleep(20)
    if event["do"] == "spin":
        began, used = time.perf_counter(), time.process_time()
        while time.perf_counter() - began < 1:
            pass
        return (time.process_time() - used) / (time.perf_counter() - began)
    if event["do"] == "fill":
        digest = hashlib.sha256()
        with open("/tmp/filler", "wb") as file:
            for number in range(event["megabytes"]):
                file.write(bytes([number % 256]) * 1_000_000)
        with open("/tmp/filler", "rb") as file:
            while block := file.read(1_000_000):
                digest.update(block)
        return digest.hexdigest()
    if event["do"] == "count":
        if not held:
            held.append(threading.Thread(target=count, daemon=True))
            held[0].start()
        return counted
    if event["do"] == "forks":
        children = []
        try:
            while len(children) < 3000:
                child = os.fork()
                if child == 0:
                    time.sleep(60)
                    os._exit(0)
                children.append(child)
        except OSError as refused:
            return len(children), refused.strerror
        finally:
            for child in children:
                os.kill(child, 9)
                os.waitpid(child, 0)
        return len(children), None
    return "well"
''')

NODE = node_function('''
const held = [];
export const handler = async (event) => {
    while (event.do === "bomb") held.push(Buffer.alloc(8_000_000, 1));
    return "well";
};
''')


@pytest.fixture(autouse=True)
def enforced(server):
    """The start says what holds; without control groups there is nothing to see here."""
    if not any("MemorySize is the limit" in line for line in server.lines):
        assert os.geteuid() != 0, "as root the memory limit must hold:\n" + "\n".join(server.lines)
        pytest.skip("this user may make no control groups")


def out_of_memory(invoke, name, what):
    answer, response = invoke(name, {"do": what}, LogType="Tail")
    request = response["ResponseMetadata"]["RequestId"]
    assert response["StatusCode"] == 200
    assert response["FunctionError"] == "Unhandled"
    assert answer == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request} Error: Runtime exited with error: signal: killed",
    }
    tail = base64.b64decode(response["LogResult"]).decode()
    assert f"RequestId: {request} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n" in tail
    report = [line for line in tail.splitlines() if line.startswith("REPORT ")][-1]
    assert "Memory Size: 128 MB\tMax Memory Used: 128 MB\t" in report
    assert report.rstrip().endswith("Status: error\tError Type: Runtime.OutOfMemory")


@pytest.mark.parametrize("runtime, package, handler", [
    ("python3.12", PYTHON, "lambda_function.lambda_handler"),
    ("nodejs20.x", NODE, "index.handler"),
])
def test_a_memory_bomb_ends_its_environment_and_the_next_call_works(create, invoke, name, runtime, package, handler):
    create(name, package, Runtime=runtime, Handler=handler, Timeout=30)
    assert invoke(name, {"do": "nothing"})[0] == "well"
    out_of_memory(invoke, name, "bomb")
    answer, response = invoke(name, {"do": "nothing"}, LogType="Tail")
    assert answer == "well"
    assert "Init Duration" in base64.b64decode(response["LogResult"]).decode()


def test_a_child_that_takes_all_memory_ends_the_environment_too(create, invoke, name):
    create(name, PYTHON, Timeout=30)
    out_of_memory(invoke, name, "child")
    assert invoke(name, {"do": "nothing"})[0] == "well"


# 128 MB are 7.2 % of 1,769, and 885 are 50.
@pytest.mark.parametrize("megabytes, least, most", [(128, 0.052, 0.092), (885, 0.35, 0.65)])
def test_cpu_time_follows_the_memory_size(create, invoke, name, megabytes, least, most):
    create(name, PYTHON, Timeout=30, MemorySize=megabytes)
    invoke(name, {"do": "spin"})
    share, _ = invoke(name, {"do": "spin"})
    assert least < share < most


def test_a_fork_bomb_stops_at_the_limit_of_aws(create, invoke, name):
    create(name, PYTHON, Timeout=60, MemorySize=3008)
    (children, reason), _ = invoke(name, {"do": "forks"})
    assert 900 < children < 1024
    assert reason == "Resource temporarily unavailable"
    assert invoke(name, {"do": "nothing"})[0] == "well"


def test_a_function_of_128_megabytes_keeps_300_in_tmp(server, create, invoke, name):
    create(name, PYTHON, Timeout=120, MemorySize=128, EphemeralStorage={"Size": 512})
    answer, response = invoke(name, {"do": "fill", "megabytes": 300})
    if any("kept in memory and charged" in line for line in server.lines):
        assert os.geteuid() != 0
        KILLED.check(answer, response)
        return
    assert answer == hashlib.sha256(b"".join(bytes([number % 256]) * 1_000_000 for number in range(300))).hexdigest()


def test_an_idle_environment_gets_no_cpu_time_and_goes_on_with_the_next_call(server, create, invoke, name):
    """A thread that never rests, on a processor of its own."""
    create(name, PYTHON, Timeout=30, MemorySize=1769)
    caller = Caller(server, name)
    caller.call(b'{"do": "count"}')
    for _ in range(3):
        # It runs as long as an invocation does.
        caller.call(b'{"do": "spin"}')
        before = caller.call(b'{"do": "count"}')
        dwellings = Dwellings(server, name).look()
        assert len(dwellings.processes) >= 1
        stands_still(dwellings)
        # Within 20 ms of the call it has not counted as far as it did in a second beside `spin`.
        after = caller.call(b'{"do": "count"}')
        assert before <= after < 2 * before, (before, after)


def stands_still(dwellings, seconds=2.0):
    """Whatever the processes do, from a short while after the answer on."""
    time.sleep(1)
    before, begun = dwellings.cpu_seconds(), time.monotonic()
    time.sleep(seconds)
    used = dwellings.cpu_seconds() - before
    # What the kernel counts in is 10 ms.
    assert used <= 0.02, f"{used:.2f} s of CPU time in {time.monotonic() - begun:.1f} s"


@pytest.mark.parametrize("runtime, package, handler", [
    ("python3.12", PYTHON, "lambda_function.lambda_handler"),
    ("nodejs20.x", NODE, "index.handler"),
])
def test_a_small_functions_cold_start_takes_at_most_half_as_long_again_as_a_large_ones(
        server, lambda_client, create, name, runtime, package, handler):
    small, large = name + "-small", name + "-large"
    create(small, package, Runtime=runtime, Handler=handler, MemorySize=128)
    create(large, package, Runtime=runtime, Handler=handler, MemorySize=1769)
    # What else runs on the machine only adds: what is true of the function is true in the best round.
    ratios = []
    while len(ratios) < 4 and not any(ratio <= 1.5 for ratio in ratios):
        times = [(cold_start(server, lambda_client, small), cold_start(server, lambda_client, large)) for _ in range(8)]
        ratios.append(statistics.median(of_small for of_small, _ in times) / statistics.median(of_large for _, of_large in times))
    print(ratios)
    assert min(ratios) <= 1.5, ratios


def cold_start(server, client, name):
    """Seconds of a first call, in a new environment."""
    client.update_function_configuration(FunctionName=name, Description=str(time.monotonic()))
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})
    caller, begun = Caller(server, name), time.perf_counter()
    assert caller.call(b'{"do": "nothing"}') == "well"
    return time.perf_counter() - begun
