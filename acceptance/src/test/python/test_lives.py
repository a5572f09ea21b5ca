"""Execution environments by the hundred, ended in every way there is, and the server killed now and then: afterwards the
machine is as it was. Some 250 in all; with BODA_TEST_SOAK 10,000."""

import contextlib
import json
import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from boda import Server, python_function
from conftest import ROLE, client_factory
from left_behind import Seen, eventually, family, files_of_environments, network, started
from places import ORDINARY, ROOT, as_user, copy_for_another_user

TIMES = 45 if os.environ.get("BODA_TEST_SOAK") == "true" else 1
KILLS_OF_THE_SERVER = 3
FUNCTIONS = 4
# Each server spends twice, on all functions.
SPENDS = FUNCTIONS * 2 * (KILLS_OF_THE_SERVER + 1)
LIVES = {"root": 4 * SPENDS * TIMES, "ordinary": 3 * SPENDS * TIMES}

CODE = python_function("""
import os, signal, subprocess, uuid
ID = uuid.uuid4().hex
def lambda_handler(event, context):
    how = event["how"]
    if how == "child":
        subprocess.Popen(["sleep", "1000"], start_new_session=True, env={})
    if how in ("exit", "child"):
        os._exit(3)
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "everybody" and event["pids"] != os.readlink("/proc/self/ns/pid"):
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os._exit(4)
    with open("/tmp/file", "w") as file:
        file.write("x" * 100_000)
    return {"id": ID, "namespaces": {kind: os.readlink("/proc/self/ns/" + kind) for kind in os.listdir("/proc/self/ns")}}
""")


class Lives:
    """One server after the other in the same data directory, and callers that use environments up."""

    def __init__(self, start, seed):
        self.start, self.random, self.seen = start, random.Random(seed), Seen()
        self.ended = 0

    def server(self):
        stack = contextlib.ExitStack()
        server = stack.enter_context(self.start())
        return server, stack

    def create(self, client):
        for number in range(FUNCTIONS):
            client.create_function(FunctionName=f"f{number}", Runtime="python3.11", Role=ROLE, MemorySize=256, Timeout=20,
                                   Handler="lambda_function.lambda_handler", Code={"ZipFile": CODE})
            client.get_waiter("function_active_v2").wait(FunctionName=f"f{number}", WaiterConfig={"Delay": 1})

    def spend(self, server, count):
        """Uses up so many environments; several callers at once."""
        share = [count // FUNCTIONS] * FUNCTIONS
        seeds = [self.random.random() for _ in range(FUNCTIONS)]
        with ThreadPoolExecutor(FUNCTIONS) as pool:
            for work in [pool.submit(self.caller, server, *each) for each in zip(range(FUNCTIONS), share, seeds)]:
                work.result()

    def caller(self, server, number, count, seed):
        client, choice, name = client_factory(server)("lambda"), random.Random(seed), f"f{number}"
        ids, pids = set(), os.readlink("/proc/self/ns/pid")
        for life in range(count):
            how = choice.choice(["exit", "kill", "child", "everybody", "from outside", "retired"])
            response = client.invoke(FunctionName=name, Payload=json.dumps({"how": how, "pids": pids}).encode())
            answer = json.loads(response["Payload"].read())
            if how in ("exit", "kill", "child", "everybody"):
                assert response.get("FunctionError") and answer["errorType"] == "Runtime.ExitError", (how, answer)
                continue
            assert "id" in answer and answer["id"] not in ids, (how, answer)
            ids.add(answer["id"])
            with self.seen.lock:
                self.seen.namespaces |= set(answer["namespaces"].values())
            if life % 5 == 0:
                self.seen.look(server)
            if how == "from outside":
                self.kill_environment(server, answer["namespaces"]["pid"], choice)
            else:
                client.update_function_configuration(FunctionName=name, Description=str(life))
                client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.05})
        with self.seen.lock:
            self.ended += count

    @staticmethod
    def kill_environment(server, namespace, choice):
        """Any process of it."""
        inside = [pid for pid in family(server.process.pid) if _namespace(pid) == namespace]
        assert inside, "the environment has no processes"
        victim = choice.choice(inside)
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        # The runtime's end is the environment's: until it is noticed the next call would be answered by it, and fail.
        eventually(lambda: [pid for pid in inside if _namespace(pid) == namespace and started(pid)], "killed environment")

    def kill_server(self, server, stack):
        """Functions end within seconds."""
        client = client_factory(server)("lambda")
        for number in range(FUNCTIONS):
            client.invoke(FunctionName=f"f{number}", Payload=b'{"how": "stay"}')
        self.seen.look(server)
        assert self.seen.lives()
        server.process.kill()
        server.process.wait()
        eventually(self.seen.lives, "processes outlive their server", seconds=5)
        stack.close()


def _namespace(pid):
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/{pid}/ns/pid")


def starts(kind, stack, folder):
    if kind == "root" or not ROOT:
        return folder / "data", lambda: Server(folder / "data")
    copy, home = stack.enter_context(copy_for_another_user(ORDINARY))
    process, environment = as_user(ORDINARY, home)
    return home / "data", lambda: Server(home / "data", environment=environment, command=(str(copy / "boda"),), process=process)


def descriptors(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


@pytest.mark.parametrize("kind", ["root", "ordinary"])
def test_nothing_is_left_of_environments_and_servers_however_they_end(kind, tmp_path):
    if kind == "root" and not ROOT:
        pytest.skip("it takes root to be root")
    seed = random.randrange(1 << 30)
    print("seed", seed)
    with contextlib.ExitStack() as stack:
        data, start = starts(kind, stack, tmp_path)
        lives = Lives(start, seed)
        server, running = lives.server()
        lives.create(client_factory(server)("lambda"))
        lives.spend(server, 4 * FUNCTIONS)
        # Or nothing would be shown by its absence.
        assert kind != "root" or network(data)
        for round in range(KILLS_OF_THE_SERVER + 1):
            lives.spend(server, LIVES[kind] // (KILLS_OF_THE_SERVER + 1) // 2)
            held = settled(server)
            lives.spend(server, LIVES[kind] // (KILLS_OF_THE_SERVER + 1) // 2)
            after = settled(server, held)
            assert after <= held + 10, f"{held} descriptors became {after}"
            if round < KILLS_OF_THE_SERVER:
                lives.kill_server(server, running)
                server, running = lives.server()
        lives.seen.look(server)
        running.close()
        assert lives.ended >= LIVES[kind]
        assert server.process.returncode in (0, 143)
        eventually(lives.seen.left, "left")
        left = files_of_environments(data)
        assert left == [], left
        eventually(lambda: network(data), "links and firewall tables")


def settled(server, at_most=None):
    """Descriptors, once what waits ahead has been made and what was ended has been taken away: the same for a while."""
    same, last, ends = 0, descriptors(server), time.monotonic() + 15
    while time.monotonic() < ends and (same < 8 or (at_most is not None and last > at_most)):
        time.sleep(0.25)
        now = descriptors(server)
        same, last = (same + 1 if now == last else 0), now
    return last
