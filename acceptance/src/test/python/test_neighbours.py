"""Functions that use up what there is, leave things behind, or spoil what they share with the server: their neighbours and
the server notice nothing, and nothing of them stays."""

import contextlib
import json
import os
import re
import subprocess
import threading
import time
from pathlib import Path

import pytest
from boda import Server, launcher_environment, tail
from places import ORDINARY, ROOT, as_user, copy_for_another_user, place  # noqa: F401
from targets import Machine

MEMORY, TEMPORARY = 256, 600


@pytest.fixture
def bystander(place):  # noqa: F811
    """Answers, and how long that took; in the same execution environment from first to last."""
    before = place.call("neighbour", work="identity")

    def answers(within=5.0):
        begun = time.monotonic()
        assert place.call("neighbour", work="echo", value="well") == "well"
        assert time.monotonic() - begun < within
        assert place.server.process.poll() is None
        # As the machine sees it: the number inside may be the same in another environment.
        assert Path(f"/proc/{place.where['neighbour']}").exists()

    answers()
    yield answers
    answers()
    assert place.call("neighbour", work="identity")["namespaces"] == before["namespaces"]


@pytest.fixture
def hostile(place, request):  # noqa: F811
    """A function of its own for a test, which is gone after it."""
    made = []

    def create(suffix="", **members):
        name = f"hostile-{len(made)}-{re.sub('[^a-z0-9]', '-', request.node.originalname)[:30]}{suffix}"
        place.create(name, **{"MemorySize": MEMORY, "EphemeralStorage": {"Size": TEMPORARY}, **members})
        made.append(name)
        return name

    yield create
    for name in made:
        place.client.delete_function(FunctionName=name)


def eventually(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


@contextlib.contextmanager
def meanwhile(action):
    """Runs it beside; what it answers is in the list afterwards."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(action()))
    thread.start()
    yield answers
    thread.join(120)
    assert answers


def said(place, words):  # noqa: F811
    """In the start lines, which are true."""
    return any(words in line for line in place.server.lines)


def test_a_fork_bomb_is_bounded(place, bystander, hostile):  # noqa: F811
    name = hostile(MemorySize=3_008)
    with meanwhile(lambda: place.call(name, work="fork_without_end", most=1_500)) as answers:
        bystander()
    assert answers[0].get("refused") and answers[0]["made"] <= 1_024, answers


def test_a_memory_bomb_is_bounded(place, bystander, hostile):  # noqa: F811
    name = hostile()
    with meanwhile(lambda: place.call(name, work="take_memory", megabytes=4 * MEMORY)) as answers:
        bystander()
    if not said(place, "MemorySize is the limit"):
        # Where no control group may be made nothing bounds it but the machine, and that is said.
        assert place.kind == "ordinary" and said(place, "the limit is not enforced"), place.server.lines
        return
    assert answers[0] == {"ended": "Runtime.ExitError", "said": answers[0]["said"]}, answers
    assert "signal: killed" in answers[0]["said"]
    assert place.call(name, work="echo", value=1) == 1


SHARING = """
import os, signal

held = b"x" * 60_000_000

def handler(event, context):
    for _ in range(event["forks"]):
        if os.fork() == 0:
            while True:
                signal.pause()
    if event["end"]:
        os._exit(1)
"""


def memory_used(place, name, **event):  # noqa: F811
    response = place.client.invoke(FunctionName=name, Payload=json.dumps(event).encode(), LogType="Tail")
    report = tail(response)
    return int(re.search(r"Memory Size: 1024 MB\tMax Memory Used: (\d+) MB\t", report)[1])


def test_memory_that_processes_share_is_reported_once(place, hostile):  # noqa: F811
    name = hostile(files={"sharing.py": SHARING}, Handler="sharing.handler", MemorySize=1_024)
    alone = memory_used(place, name, forks=0, end=True)
    assert 60 <= alone < 120
    # Each has some pages of its own.
    assert alone <= memory_used(place, name, forks=200, end=False) < alone + 200 * 2


def test_a_full_tmp_is_its_own(place, bystander, hostile):  # noqa: F811
    """What is in a /tmp that is kept in memory counts as memory, where that is said."""
    name = hostile("-x")
    answer = place.call(name, work="fill_tmp", megabytes=TEMPORARY + 64, keep=True)
    if "ended" in answer:
        assert said(place, "kept in memory and charged") and answer["ended"] == "Runtime.ExitError", answer
    else:
        assert answer["refused"] == "No space left on device", answer
        assert TEMPORARY * 0.85 < answer["megabytes"] <= TEMPORARY, answer
    beside = place.call("neighbour", work="fill_tmp", megabytes=64)
    assert beside == {"megabytes": 64, "refused": None}


def test_a_full_tmp_is_refused_room_where_memory_is_ample(place, hostile):  # noqa: F811
    name = hostile()
    place.client.update_function_configuration(FunctionName=name, MemorySize=1_024)
    place.client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    answer = place.call(name, work="fill_tmp", megabytes=TEMPORARY + 64)
    assert answer["refused"] == "No space left on device", answer
    assert TEMPORARY * 0.85 < answer["megabytes"] <= TEMPORARY, answer


def test_descriptors_are_bounded(place, bystander, hostile):  # noqa: F811
    answer = place.call(hostile(), work="open_without_end", most=5_000)
    assert answer["refused"] == "Too many open files" and answer["made"] < 1_024, answer


def test_processors_are_shared(place, bystander, hostile):  # noqa: F811
    name = hostile()
    assert place.call(name, work="burn", processes=8, seconds=6) == "burning"
    for _ in range(5):
        bystander(within=3.0)


def processes_with(mark):
    found = []
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if entry.isdigit() and mark.encode() in Path("/proc", entry, "cmdline").read_bytes():
                found.append(int(entry))
    return found


def test_a_process_left_behind_ends_with_its_environment(place, bystander, hostile):  # noqa: F811
    name, mark = hostile(), f"left-{os.urandom(4).hex()}"
    assert place.call(name, work="leave_a_process", seconds=1_000, mark=mark, python=sys_python(place))
    assert processes_with(mark)
    # Its code is another now: its environments go.
    place.client.update_function_configuration(FunctionName=name, Description="other")
    eventually(lambda: processes_with(mark) == [])


def sys_python(place):  # noqa: F811
    return place.call("neighbour", work="run", command=["python3", "-c", "import sys; print(sys.executable)"]).strip()


def test_what_kills_everybody_inside_kills_nobody_outside(place, bystander, hostile):  # noqa: F811
    name = hostile()
    victim = subprocess.Popen(["sleep", "600"], **as_of(place))
    try:
        answer = place.call(name, attempt="kill_everybody", where=place.where)
        assert "got" not in answer, answer
        assert victim.poll() is None
        assert place.call(name, work="echo", value=2) == 2
    finally:
        victim.kill()
        victim.wait()


def as_of(place):  # noqa: F811
    """Popen's arguments for a process of the server's user."""
    return {"user": ORDINARY.pw_uid} if ROOT and place.kind == "ordinary" else {}


def test_links_left_in_tmp_lead_no_removal_outside(place, bystander, hostile):  # noqa: F811
    name = hostile()
    victim = place.machine.folder / "victim"
    victim.mkdir(exist_ok=True)
    (victim / "file").write_text("kept")
    os.chmod(victim, 0o777)
    os.chmod(victim / "file", 0o666)
    place.call(name, work="leave_links_in_tmp", victim=str(victim))
    mine = processes_in(place.call(name, work="identity")["namespaces"].get("mnt"))
    assert mine or not ROOT
    place.client.update_function_configuration(FunctionName=name, Description="other")
    place.client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    assert place.call(name, work="echo", value=3) == 3
    eventually(lambda: not any(map(lives, mine)))
    assert (victim / "file").read_text() == "kept"


def processes_in(namespace):
    """Ids with the times they started: the namespace's number is another's soon after its end."""
    if namespace == os.readlink("/proc/self/ns/mnt"):
        return set()
    found = set()
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if entry.isdigit() and os.readlink(f"/proc/{entry}/ns/mnt") == namespace:
                found.add((entry, started(entry)))
    return found


def started(process):
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]


def lives(process):
    with contextlib.suppress(OSError):
        return started(process[0]) == process[1]
    return False


@pytest.mark.parametrize("how", ["garbage", "length", "close"])
def test_a_spoilt_log_is_its_own(place, bystander, hostile, how):  # noqa: F811
    name, mark = hostile("-" + how), f"spoilt{os.urandom(4).hex()}"
    place.call(name, work="garble_the_log", how=how, mark=mark)
    assert place.call(name, work="echo", value=4) == 4
    logs = place_logs(place)
    bystander()
    events = logs.filter_log_events(logGroupName="/aws/lambda/neighbour")["events"]
    assert not any(mark in event["message"] for event in events)


def place_logs(place):  # noqa: F811
    from conftest import client_factory
    return client_factory(place.server)("logs")


def test_two_environments_share_no_namespace_with_each_other_or_the_machine(place, hostile):  # noqa: F811
    one, other = (place.call(name, work="identity")["namespaces"] for name in ("neighbour", "attacker"))
    for kind in ("pid", "mnt", "net", "ipc", "uts"):
        machine = os.readlink(f"/proc/self/ns/{kind}")
        assert len({one[kind], other[kind], machine}) == 3, (kind, one, other)


def test_a_function_is_nobody_in_particular(place):  # noqa: F811
    identity = place.call("attacker", work="identity")
    status = identity["status"]
    assert identity["uid"] != 0 and identity["groups"] in ([], [identity["uid"]], [int(status["Gid"].split()[0])])
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"
    assert {int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert len(identity["pids"]) <= 4, identity["pids"]
    assert os.uname().nodename not in identity["environment"].values()


def test_every_mount_is_nosuid_and_nodev(place):  # noqa: F811
    """Devices are bound one by one: a mount of a single one cannot be nodev."""
    for line in place.call("attacker", work="identity")["mounts"]:
        fields = line.split(" - ")[0].split()
        options = set(fields[5].split(","))
        assert "nosuid" in options, line
        assert "nodev" in options or fields[4].startswith("/dev/"), line
        assert "ro" in options or fields[4].startswith(("/tmp", "/dev", "/proc")), line


def test_the_world_is_reached_where_the_kind_gives_a_way_out(place):  # noqa: F811
    """Or the refusals of addresses would show nothing."""
    answer = place.attempt("reach_the_world")
    assert ("got" in answer) == (place.kind == "root"), answer


@pytest.fixture
def unprivileged():
    if not ROOT:
        pytest.skip("it takes root to make the users that this needs")
    with Machine() as machine, copy_for_another_user(ORDINARY) as (copy, home):
        yield machine, copy, home


# An ordinary user to whom this machine gives no user namespace: the outer one is there, and may have none below it.
DENIED = ("unshare", "--user", "--map-current-user", "--keep-caps", "sh", "-c",
          'echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --inh-caps=-all --ambient-caps=-all '
          '--bounding-set=-all "$@"', "sh")


def test_without_user_namespaces_plain_processes_serve_and_it_is_said(unprivileged):
    machine, copy, home = unprivileged
    process, environment = as_user(ORDINARY, home)
    with Server(home / "data", environment=environment, command=(*DENIED, str(copy / "boda")), process=process) as server:
        said = "\n".join(server.lines)
        assert "not a security boundary" in said or "plain process" in said, said
        from conftest import ROLE, client_factory
        from boda import python_function
        client = client_factory(server)("lambda")
        client.create_function(FunctionName="f", Runtime="python3.11", Role=ROLE, Code={"ZipFile": python_function(
            "import os\ndef lambda_handler(e, c): return os.readlink('/proc/self/ns/pid')")},
            Handler="lambda_function.lambda_handler")
        answer = json.loads(client.invoke(FunctionName="f", Payload=b"{}")["Payload"].read())
        assert answer == os.readlink("/proc/self/ns/pid")


def test_without_user_namespaces_required_isolation_stops_the_start(unprivileged):
    machine, copy, home = unprivileged
    process, environment = as_user(ORDINARY, home)
    done = subprocess.run(
        [*DENIED, str(copy / "boda"), "start", "--port", "0", "--data-dir", str(home / "data"), "--require-isolation"],
        env=launcher_environment(**environment), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        **process)
    assert done.returncode not in (0, None) and "isolation" in done.stderr, done
    assert "\tat " not in done.stderr and "ready at" not in done.stdout
