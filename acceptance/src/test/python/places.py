"""Where functions attack from: a server of root and one of an ordinary user, each with a function that attacks and a
neighbour, on a machine on which everything that they must not reach is there and can be reached by the test."""

import contextlib
import glob
import hashlib
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import pytest
from boda import HOME, LAUNCHER, Server, zipped
from conftest import ROLE, client_factory
from targets import ELSEWHERE, Elsewhere, Machine, started

INSIDE = Path(__file__).parent / "inside"
ORDINARY = pwd.getpwnam("nobody")
ROOT = os.getuid() == 0

NAMESPACES = ("unshare", "--mount", "--uts", "--ipc", "--net", "--pid", "--fork", "--mount-proc")


class Place:
    """A server, an attacker and its neighbour there, and what the attacker may know."""

    def __init__(self, server, machine, folder, elsewhere):
        self.server, self.machine, self.folder, self.elsewhere = server, machine, folder, elsewhere
        self.client = client_factory(server)("lambda")
        self.controls = {}
        self.neighbour_secret, self.neighbour_mark = uuid.uuid4().hex, "n" + uuid.uuid4().hex[:8]

    def create(self, name, files=None, modes=None, **members):
        """A function whose package has all attempts."""
        package = zipped({path.name: path.read_text() for path in INSIDE.glob("*.py")} | (files or {}), modes)
        self.client.create_function(**{
            "FunctionName": name, "Runtime": "python3.11", "Role": ROLE, "Timeout": 60, "MemorySize": 512,
            "Handler": "lambda_function.lambda_handler", "Code": {"ZipFile": package}, **members})
        self.client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        return package

    def call(self, name, **event):
        """What it answers; an error of the function is a dictionary with its type."""
        response = self.client.invoke(FunctionName=name, Payload=json.dumps(event).encode())
        answer = json.loads(response["Payload"].read())
        return {"ended": answer["errorType"], "said": answer["errorMessage"]} if "FunctionError" in response else answer

    def prepare(self):
        neighbour_file = f"neighbour-{uuid.uuid4().hex}.txt"
        package = self.create("neighbour", {neighbour_file: "code of another"},
                              Environment={"Variables": {"NEIGHBOUR": self.neighbour_secret}})
        held = self.hold()
        id_program = Path("/usr/bin/id").read_bytes()
        links = {"database": f"{self.server.data}/database/functions.sqlite", "data": str(self.server.data),
                 "secret": str(self.machine.tmp_secret), "up": "../" * 12 + str(self.machine.tmp_secret)[1:],
                 "shadow": "/etc/shadow"}
        self.create("attacker", {"setuid-id": id_program} | {f"links/{name}": to for name, to in links.items()},
                    {"setuid-id": 0o104755} | {f"links/{name}": 0o120777 for name in links})
        task = self.call("attacker", work="identity")["environment"]["LAMBDA_TASK_ROOT"]
        self.where = {
            **self.machine.known(), **self.elsewhere.known(),
            "data": str(self.server.data), "jar": str(self.machine.jar), "task": task, "task_mount": task,
            "server": self.server.process.pid, "front_of_another": ["127.0.0.1", 1], "neighbour": self.process_of(self.neighbour_secret),
            "front_port": int(self.server.url.rsplit(":", 1)[1]),
            "neighbour_secret": self.neighbour_secret, "neighbour_file": neighbour_file,
            "neighbour_code": self.unpacked(package), "neighbour_tmp": held["tmp"],
            "neighbour_port": held["port"], "neighbour_addresses": held["addresses"],
            "neighbour_runtime_api": held["api"], "neighbour_network": held["network"],
            "neighbour_abstract": held["abstract"], "terminal": self.server.terminal,
        }
        self.where["started"] = {str(pid): started(pid) for pid in (self.where["server"], self.where["neighbour"])}
        self.outside = self.prepare_outside(links, id_program)
        return self

    def hold(self):
        held = self.call("neighbour", work="hold", secret=self.machine.secret, mark=self.neighbour_mark)
        assert "ended" not in held, held
        return held

    def prepare_outside(self, links, id_program):
        """What the same attempts find as programs of the machine."""
        task = self.folder / "outside"
        shutil.copytree(INSIDE, task, ignore=shutil.ignore_patterns("__pycache__"))
        (task / "links").mkdir()
        for name, to in links.items():
            (task / "links" / name).symlink_to(to)
        (task / "setuid-id").write_bytes(id_program)
        (task / "setuid-id").chmod(0o4755)
        return {**self.where, "outside": True, "task": str(task), "runtime": str(task), "task_mount": "/proc",
                "scratch": str(self.folder)}

    @staticmethod
    def process_of(secret):
        """The process of the machine that was started with this in its environment."""
        for entry in os.listdir("/proc"):
            with contextlib.suppress(OSError):
                if entry.isdigit() and secret.encode() in Path("/proc", entry, "environ").read_bytes():
                    return int(entry)
        raise AssertionError("no process has the neighbour's environment")

    def unpacked(self, package):
        """Where the package lies in the data directory."""
        digest = hashlib.sha256(package).hexdigest()
        found = [str(path) for path in Path(self.server.data).rglob(f"*{digest}*")]
        assert found, "the code is not found by its digest: look where it is now"
        return found

    def attempt(self, name, **more):
        return self.call("attacker", attempt=name, where={**self.where, **more})

    def control(self, name, kind, everybody):
        """The same attempt where nothing stops it: on the machine, in namespaces, or in the neighbour itself."""
        if kind == "neighbour":
            return self.call("neighbour", attempt=name, where={**self.where, "outside": True})
        if kind not in self.controls:
            command = [sys.executable, self.outside["task"] + "/lambda_function.py"]
            done = subprocess.run(
                [*(NAMESPACES if kind == "namespaces" else ()), *command, json.dumps(everybody), json.dumps(self.outside)],
                capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
            assert done.returncode == 0, done.stderr
            self.controls[kind] = json.loads(done.stdout)
        return self.controls[kind][name]


@contextlib.contextmanager
def copy_for_another_user(user):
    """The checkout may lie where that user cannot read. With a folder that is theirs: home."""
    base = Path(tempfile.mkdtemp(prefix="boda-"))
    base.chmod(0o755)
    copy = base / "boda"
    ignored = shutil.ignore_patterns("__pycache__", "test")
    for part in ("runtimes", "tools", "server/src/main", "server/target/lib"):
        shutil.copytree(HOME / part, copy / part, ignore=ignored)
    for part in ("boda", "pom.xml", "server/pom.xml", "server/target/boda.jar"):
        shutil.copy2(HOME / part, copy / part)
    for part in ("boda.aot", "boda.untrained"):
        if (HOME / "server/target" / part).exists():
            shutil.copy2(HOME / "server/target" / part, copy / "server/target" / part)
    os.chmod(copy / "server/target", 0o755)
    home = base / "home"
    (home / ".cache/boda/sdks").mkdir(parents=True)
    # SDKs play no part, and must not be downloaded: they were brought, it says, none of them.
    for brought in glob.glob(os.path.expanduser("~/.cache/boda/sdks/.brought-*")):
        (home / ".cache/boda/sdks" / Path(brought).name).write_text("")
    for path in (home, *home.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid)
    try:
        yield copy, home
    finally:
        shutil.rmtree(base, ignore_errors=True)


def as_user(user, home):
    """How a process is theirs: the arguments of Popen, and the environment."""
    return ({"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": home},
            {"HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "XDG_CACHE_HOME": str(home / ".cache"),
             "TMPDIR": "/tmp"})


@contextlib.contextmanager
def terminal_for(user):
    """Its name, and how a process is started that has it: who leads a session and opens a terminal has it."""
    master, terminal = os.openpty()
    name = os.ttyname(terminal)
    os.chown(name, user, -1)
    try:
        yield name, {"start_new_session": True, "preexec_fn": lambda: os.close(os.open(name, os.O_RDWR))}
    finally:
        os.close(master)
        os.close(terminal)


@contextlib.contextmanager
def of_root(machine):
    """With its data where they are by default: at home."""
    data = Path.home() / f".boda-{uuid.uuid4().hex[:8]}"
    machine.keep_a_secret_at_home(Path.home())
    machine.jar = LAUNCHER.parent / "server/target/boda.jar"
    try:
        with terminal_for(os.getuid()) as (terminal, process), Server(
                data, "--refuse-private-networks", environment={"SECRET_OF_THE_SERVER": machine.secret},
                process=process) as server:
            server.terminal = terminal
            yield server
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextlib.contextmanager
def of_an_ordinary_user(machine):
    if not ROOT:
        with of_root(machine) as server:
            yield server
        return
    with copy_for_another_user(ORDINARY) as (copy, home), terminal_for(ORDINARY.pw_uid) as (terminal, session):
        process, environment = as_user(ORDINARY, home)
        environment["SECRET_OF_THE_SERVER"] = machine.secret
        machine.jar = copy / "server/target/boda.jar"
        machine.keep_a_secret_at_home(home, ORDINARY)
        with Server(home / "data", environment=environment, command=(str(copy / "boda"),),
                    process=process | session) as server:
            server.terminal = terminal
            yield server


STARTS = {"root": of_root, "ordinary": of_an_ordinary_user}


@contextlib.contextmanager
def placed(kind, folder):
    with contextlib.ExitStack() as stack:
        machine = stack.enter_context(Machine())
        elsewhere = stack.enter_context(Elsewhere(machine.secret)) if ROOT else ELSEWHERE
        server = stack.enter_context(STARTS[kind](machine))
        prepared = Place(server, machine, folder, elsewhere).prepare()
        if ROOT:
            # At an address that this machine has, and others do not reach.
            another = stack.enter_context(Server(folder / "another", "--host", elsewhere.HOST, "--insecure"))
            prepared.where["front_of_another"] = prepared.outside["front_of_another"] = [
                elsewhere.HOST, int(another.url.rsplit(":", 1)[1])]
        yield prepared


@pytest.fixture(scope="module", params=["root", "ordinary"])
def place(request, tmp_path_factory):
    if request.param == "root" and not ROOT:
        pytest.skip("it takes root to be root")
    with placed(request.param, tmp_path_factory.mktemp(request.param)) as prepared:
        prepared.kind = request.param
        yield prepared
