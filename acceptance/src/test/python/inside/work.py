"""What the functions beside the attacker do: they hold what it wants, or use up what there is."""

import ctypes
import os
import resource
import signal
import socket
import subprocess
import tempfile
import threading
import time

_served = []


def hold(event):
    """Keeps a secret in /tmp, at a port, at an abstract socket, and tells where it is found."""
    secret = event["secret"]
    path = tempfile.gettempdir() + "/neighbour-" + event["mark"]
    with open(path, "w") as file:
        file.write(secret)
    if not _served:
        listener = socket.create_server(("0.0.0.0", 0))
        abstract = socket.socket(socket.AF_UNIX)
        abstract.bind("\0neighbour-" + event["mark"])
        abstract.listen()
        _serve(listener, f"HTTP/1.1 200 OK\r\nContent-Length: {len(secret)}\r\n\r\n{secret}".encode())
        _serve(abstract, secret.encode())
        _served.append(listener.getsockname()[1])
    return {"tmp": path, "port": _served[0], "addresses": _addresses(), "api": os.environ["AWS_LAMBDA_RUNTIME_API"],
            "network": os.readlink("/proc/self/ns/net"), "abstract": "neighbour-" + event["mark"],
            "task": os.environ.get("LAMBDA_TASK_ROOT")}


def _serve(listener, answer):
    def serving():
        while True:
            connection, _ = listener.accept()
            with connection:
                if listener.family != socket.AF_UNIX:
                    connection.recv(65536)
                connection.sendall(answer)

    threading.Thread(target=serving, daemon=True).start()


def _addresses():
    """Its own ones, as the kernel would choose them for the world, and what its name means."""
    found = {"127.0.0.1"}
    for family, far in ((socket.AF_INET, "203.0.113.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((far, 9))
                found.add(probe.getsockname()[0])
        except OSError:
            pass
    with open("/proc/net/fib_trie") as file:
        lines = [line.split() for line in file]
    found |= {before[-1] for before, line in zip(lines, lines[1:]) if line[:3] == ["/32", "host", "LOCAL"]}
    return sorted(found)


def echo(event):
    return event.get("value")


def identity(event):
    with open("/proc/self/status") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    return {"uid": os.getuid(), "groups": os.getgroups(), "status": status, "pid": os.getpid(),
            "namespaces": {kind: os.readlink(f"/proc/self/ns/{kind}") for kind in os.listdir("/proc/self/ns")},
            "pids": sorted(int(name) for name in os.listdir("/proc") if name.isdigit()),
            "mounts": open("/proc/self/mountinfo").read().splitlines(), "environment": dict(os.environ)}


def fork_without_end(event):
    """Up to a number beyond any limit; answers how many there were."""
    children = []
    try:
        while len(children) < event["most"]:
            child = os.fork()
            if child == 0:
                while True:
                    signal.pause()
            children.append(child)
    except OSError as error:
        refused = error.strerror
    else:
        refused = None
    for child in children:
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
    return {"made": len(children), "refused": refused}


def take_memory(event):
    """Touches it all, so that it counts."""
    kept = []
    for taken in range(event["megabytes"]):
        kept.append(b"x" * (1 << 20))
    return len(kept)


def fill_tmp(event):
    """Answers how much went in."""
    written, block = 0, os.urandom(1 << 20)
    path = tempfile.gettempdir() + "/filler"
    try:
        with open(path, "wb", buffering=0) as file:
            while written < event["megabytes"]:
                file.write(block)
                written += 1
    except OSError as error:
        refused = error.strerror
    else:
        refused = None
    finally:
        if not event.get("keep"):
            os.unlink(path)
    return {"megabytes": written, "refused": refused}


def open_without_end(event):
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    kept = []
    try:
        while len(kept) < event["most"]:
            kept.append(os.open("/dev/null", os.O_RDONLY))
    except OSError as error:
        return {"made": len(kept), "refused": error.strerror}
    finally:
        for descriptor in kept:
            os.close(descriptor)
    return {"made": len(kept), "refused": None}


def burn(event):
    """All processors, by more processes than there are, which go on after the answer."""
    for _ in range(event["processes"]):
        if os.fork() == 0:
            ends = time.monotonic() + event["seconds"]
            while time.monotonic() < ends:
                pass
            os._exit(0)
    return "burning"


def leave_a_process(event):
    """That has left its parent, session, and environment variables, and wants to outlive whoever started it."""
    script = f"import ctypes, time; ctypes.CDLL(None).prctl(1, 0); time.sleep({event['seconds']})  # {event['mark']}"
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(1, 0)
            os.chdir("/")
            null = os.open("/dev/null", os.O_RDWR)
            for descriptor in range(256):
                if descriptor != null:
                    try:
                        os.dup2(null, descriptor)
                    except OSError:
                        pass
            os.execve(event["python"], ["python3", "-c", script], {})
        os._exit(0)
    os.wait()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for name in os.listdir("/proc"):
            try:
                if name.isdigit() and event["mark"] in open(f"/proc/{name}/cmdline").read():
                    return int(name)
            except OSError:
                pass
    raise TimeoutError("the process did not start")


def garble_the_log(event):
    """Writes nonsense where whole messages are expected, and closes it."""
    descriptor = int(os.environ.get("_LAMBDA_TELEMETRY_LOG_FD", "2"))
    if event["how"] == "garbage":
        os.write(descriptor, os.urandom(4096) + event["mark"].encode())
    elif event["how"] == "length":
        os.write(descriptor, b"\xa5\x5a\x00\x03" + b"\xff\xff\xff\xff" + b"\0" * 8 + b"short " + event["mark"].encode())
    elif event["how"] == "close":
        for number in (1, 2, descriptor):
            os.close(number)
    return "done"


def leave_links_in_tmp(event):
    """That lead to what must not be removed with it, in folders that cannot be entered."""
    folder = tempfile.mkdtemp()
    os.symlink(event["victim"], folder + "/link")
    os.symlink("/", folder + "/root")
    deep = folder
    for _ in range(50):
        deep += "/deeper"
        os.mkdir(deep)
    os.symlink(event["victim"], deep + "/link")
    os.chmod(folder, 0)
    # And the folder itself becomes a link.
    os.mkdir(tempfile.gettempdir() + "/swapped")
    os.rmdir(tempfile.gettempdir() + "/swapped")
    os.symlink(event["victim"], tempfile.gettempdir() + "/swapped")
    return tempfile.gettempdir()


def run(event):
    return subprocess.run(event["command"], capture_output=True, text=True).stdout
