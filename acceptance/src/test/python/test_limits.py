"""What an environment may use of the machine: memory, CPU time, processes. By real runtimes, through AWS's SDK."""

import base64
import os

import pytest
from boda import node_function, python_function

PYTHON = python_function('''
import os, time

held = []

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


@pytest.mark.parametrize("megabytes, least, most", [(128, 0.03, 0.15), (885, 0.35, 0.65)])
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
