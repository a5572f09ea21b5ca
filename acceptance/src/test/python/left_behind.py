"""What execution environments and their server are made of on the machine, so that a test can say what is left of them."""

import contextlib
import hashlib
import os
import subprocess
import threading
import time
from pathlib import Path

from boda import Server


def started(pid):
    """With the number, what tells a process from others; None when it has gone, a zombie included."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return None if fields[0] in "ZX" else fields[19]


def family(pid):
    """The descendants of a process, each with its start."""
    parents = {}
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if entry.isdigit():
                parents.setdefault(int(Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()[1]), []).append(
                    int(entry))
    found, left = {}, [pid]
    while left:
        for child in parents.get(left.pop(), []):
            found[child] = started(child)
            left.append(child)
    return found


def control_groups(pid):
    """Those of a process, as folders."""
    found = set()
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
            _, names, path = line.split(":", 2)
            for mount in (names.removeprefix("name="), "unified", "."):
                folder = Path("/sys/fs/cgroup", mount or "unified", path.lstrip("/"))
                if folder.exists() and path != "/":
                    found.add(folder)
    return found


def network(data):
    """Links and firewall tables of the server of this data directory, which has its digest in their names."""
    digest = hashlib.sha256(os.path.realpath(data / "run").encode()).hexdigest()
    links = subprocess.run(["ip", "-oneline", "link"], capture_output=True, text=True).stdout.splitlines()
    tables = subprocess.run(["nft", "list", "tables"], capture_output=True, text=True).stdout.splitlines()
    return [line for line in links if digest[:6] in line] + [line for line in tables if digest[:8] in line]


def eventually(condition, what, seconds=30):
    deadline = time.monotonic() + seconds
    while left := condition():
        assert time.monotonic() < deadline, (what, left)
        time.sleep(0.05)


class Seen:
    """What belonged to environments and their server while they lived."""

    def __init__(self):
        self.own = {os.readlink(f"/proc/self/ns/{kind}") for kind in os.listdir("/proc/self/ns")}
        self.namespaces, self.processes, self.groups = set(), {}, set()
        self.lock = threading.Lock()
        self.mounts_before = Path("/proc/self/mountinfo").read_text()
        # Those that environments are in; the server and whoever started it are in others.
        self.groups_before = control_groups("self")

    def look(self, server):
        """At the server's whole family, as it is now."""
        with self.lock:
            for pid, start in family(server.process.pid).items():
                self.processes[pid] = start
                self.groups |= control_groups(pid)
                for kind in ("mnt", "net", "pid", "ipc", "uts", "user"):
                    with contextlib.suppress(OSError):
                        self.namespaces.add(os.readlink(f"/proc/{pid}/ns/{kind}"))

    def lives(self):
        return {pid for pid, start in self.processes.items() if start and started(pid) == start}

    def held_namespaces(self):
        held = set()
        for entry in os.listdir("/proc"):
            for kind in ("mnt", "net", "pid", "ipc", "uts", "user"):
                with contextlib.suppress(OSError):
                    if entry.isdigit():
                        held.add(os.readlink(f"/proc/{entry}/ns/{kind}"))
        return held & (self.namespaces - self.own)

    def left(self):
        """What is still there of it."""
        groups = {folder for folder in self.groups - self.groups_before if folder.exists() and "boda" in str(folder)}
        mounts = [line for line in Path("/proc/self/mountinfo").read_text().splitlines()
                  if line not in self.mounts_before and ("nsfs" in line or "boda" in line)]
        return {name: found for name, found in (
            ("processes", self.lives()), ("namespaces", self.held_namespaces()), ("groups", groups), ("mounts", mounts)) if found}


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def files_of_environments(data):
    """Those of a server of this data directory, or of its sandboxes."""
    return [name for name in files(data / "run") if "/" in name and not name.startswith("root")]


@contextlib.contextmanager
def server_without_trace(data, *options):
    """It is ended with the block, and then nothing is left of anything."""
    seen = Seen()
    with Server(data, *options) as running:
        yield running
        seen.look(running)
    assert running.process.returncode in (0, 143)
    eventually(seen.left, "left")
    eventually(lambda: network(data), "links and firewall tables")
    eventually(lambda: files_of_environments(data), "files")


def ticks(pid):
    """The CPU time that a process has used, all its threads together, in hundredths of a second; 0 when it has gone."""
    with contextlib.suppress(OSError):
        return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
    return 0


def environments(server):
    """The processes in execution environments: of the server's family those that are in a namespace of their own."""
    outside = os.readlink("/proc/self/ns/pid")
    return [pid for pid in family(server.process.pid) if _link(f"/proc/{pid}/ns/pid") not in (outside, None)]


class Dwellings:
    """The execution environments of one function, as the machine sees them."""

    def __init__(self, server, function):
        self.server, self.function = server, function
        self.processes, self.groups = {}, set()

    def look(self):
        """At those that are there now: whatever shares a namespace with a process that has the function's name."""
        mark, outside = f"AWS_LAMBDA_FUNCTION_NAME={self.function}\0".encode(), os.readlink("/proc/self/ns/pid")
        found, theirs = family(self.server.process.pid), set()
        where = {pid: _link(f"/proc/{pid}/ns/pid") for pid in found}
        for pid, namespace in where.items():
            with contextlib.suppress(OSError):
                if namespace not in theirs | {outside} and mark in Path(f"/proc/{pid}/environ").read_bytes() + b"\0":
                    theirs.add(namespace)
        for pid, namespace in where.items():
            if namespace in theirs and found[pid]:
                self.processes[pid] = found[pid]
                self.groups |= {group for group in control_groups(pid) if "boda" in str(group)}
        return self

    def cpu_seconds(self):
        """What those that live have used, all their threads together."""
        return sum(map(ticks, self.processes)) / os.sysconf("SC_CLK_TCK")

    def left(self):
        processes = {pid for pid, start in self.processes.items() if started(pid) == start}
        groups = {group for group in self.groups if group.exists()}
        return {name: found for name, found in (("processes", processes), ("groups", groups)) if found}


def _link(path):
    with contextlib.suppress(OSError):
        return os.readlink(path)
