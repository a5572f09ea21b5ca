"""At processes: the server, other functions, the machine's, and pid 1 of its own environment."""

import errno
import os
import re
import resource
import signal
import subprocess

from kernel import (CLONE_NEWCGROUP, CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWTIME, CLONE_NEWUSER,
                    CLONE_NEWUTS, Stopped, call, ctypes, reached)

_PTRACE_SEIZE, _PTRACE_ATTACH, _PTRACE_DETACH = 0x4206, 16, 17


def _on_the_machine(where):
    """Whether its processes are the machine's: what it would then do to them is not done."""
    return os.readlink("/proc/self/ns/pid") == where["pid_namespace"]


def _is(pid, where):
    """Whether that number is the machine's process here. Inside, another may have it."""
    with open(f"/proc/{pid}/stat") as file:
        if file.read().rsplit(")", 1)[1].split()[19] != where["started"][str(pid)]:
            raise Stopped("another process has that number here")


def _numbers():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _readable(pid):
    """The first bytes of each part of its memory that may be read."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            found = re.match(r"([0-9a-f]+)-[0-9a-f]+ r", line)
            if found and "[v" not in line:
                memory.seek(int(found.group(1), 16))
                yield memory.read(4096)


def _memory(pid, where):
    _is(pid, where)
    return len(next(_readable(pid)))


def _traced(pid):
    """Seized, not stopped: ends with whoever did it."""
    call("ptrace", _PTRACE_SEIZE, pid, 0, 0)
    return f"traces {pid}"


def see_other_processes(where):
    """The server, or whoever was started with the mark."""
    found = []
    for pid in _numbers():
        try:
            with open(f"/proc/{pid}/cmdline") as file:
                command = file.read()
        except OSError:
            continue
        if "boda.jar" in command or where["mark"] in command and pid != os.getpid() and not where.get("outside"):
            found.append(command.replace("\0", " ")[:200])
    return found


def read_the_servers_environment(where):
    _is(where["server"], where)
    with open(f"/proc/{where['server']}/environ") as file:
        return where["secret"] in file.read()


def find_the_servers_environment_in_its_own(where):
    if where.get("outside"):
        return True
    return [name for name, value in os.environ.items() if where["secret"] in value]


def read_the_servers_memory(where):
    return _memory(where["server"], where)


def read_the_servers_memory_by_process_vm_readv(where):
    return _vm_read(where["server"], where)


def _vm_read(pid, where):
    """An address that is not there, EFAULT, is told to who may read only."""
    room = ctypes.create_string_buffer(16)
    local = (ctypes.c_uint64 * 2)(ctypes.addressof(room), 16)
    remote = (ctypes.c_uint64 * 2)(4096, 16)
    return reached(lambda: call("process_vm_readv", pid, local, 1, remote, 1, 0), errno.EFAULT)


def trace_the_server(where):
    return _traced(where["server"])


def use_the_servers_descriptors(where):
    """Those that /proc shows, and those that a process descriptor gives."""
    _is(where["server"], where)
    found = []
    for name in os.listdir(f"/proc/{where['server']}/fd"):
        try:
            os.close(os.open(f"/proc/{where['server']}/fd/{name}", os.O_RDONLY | os.O_NONBLOCK))
            found.append(name)
        except OSError:
            pass
    return found


def take_a_descriptor_of_the_server(where):
    process = call("pidfd_open", where["server"], 0)
    return call("pidfd_getfd", process, 1, 0)


def signal_the_server(where):
    os.kill(where["server"], 0)
    _is(where["server"], where)
    return "it may"


def limit_the_server(where):
    old = (ctypes.c_uint64 * 2)()
    call("prlimit64", where["server"], resource.RLIMIT_NOFILE, None, old)
    _is(where["server"], where)
    return list(old)


def write_to_the_servers_oom_score(where):
    _is(where["server"], where)
    os.close(os.open(f"/proc/{where['server']}/oom_score_adj", os.O_WRONLY))
    return "it may"


def read_another_functions_environment(where):
    for pid in _numbers():
        try:
            with open(f"/proc/{pid}/environ") as file:
                if where["neighbour_secret"] in file.read():
                    return pid
        except OSError:
            pass


def read_another_functions_memory(where):
    return _memory(where["neighbour"], where)


def read_another_functions_memory_by_process_vm_readv(where):
    return _vm_read(where["neighbour"], where)


def trace_another_function(where):
    return _traced(where["neighbour"])


def signal_another_function(where):
    os.kill(where["neighbour"], 0)
    _is(where["neighbour"], where)
    return "it may"


def signal_by_a_process_descriptor(where):
    process = call("pidfd_open", where["neighbour"], 0)
    signal.pidfd_send_signal(process, 0)
    _is(where["neighbour"], where)
    return "it may"


def move_another_functions_pages(where):
    nodes = (ctypes.c_ulong * 1)(1)
    call("migrate_pages", where["neighbour"], 2, nodes, nodes)
    _is(where["neighbour"], where)
    return "it may"


def compare_with_another_functions_kernel_objects(where):
    return 1 + call("kcmp", os.getpid(), where["neighbour"], 1, 0, 0)


def kill_everybody(where):
    """All but itself and pid 1. What is left of the server and of others the test looks at."""
    if _on_the_machine(where):
        return "it would be everybody on the machine"
    os.kill(-1, signal.SIGKILL)
    raise Stopped("only its own environment's processes")


def kill_pid_1(where):
    if _on_the_machine(where):
        return "it would be the machine's"
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGSEGV):
        os.kill(1, number)
    if os.path.exists("/proc/1"):
        raise Stopped("pid 1 goes on")


def trace_pid_1(where):
    return _traced(1)


def read_the_environment_of_pid_1(where):
    with open("/proc/1/environ") as file:
        content = file.read()
    if content or where.get("outside"):
        return f"{len(content)} characters"


def read_the_memory_of_pid_1(where):
    return len(next(_readable(1)))


def write_the_memory_of_pid_1(where):
    os.close(os.open("/proc/1/mem", os.O_RDWR))
    return "open for writing"


def use_the_descriptors_of_pid_1(where):
    return os.listdir("/proc/1/fd")


def overwrite_the_program_of_pid_1(where):
    """Busy is what the kernel says to who may, as long as it runs."""
    return reached(lambda: os.open("/proc/1/exe", os.O_WRONLY), errno.ETXTBSY)


def overwrite_its_own_interpreter(where):
    return reached(lambda: os.open("/proc/self/exe", os.O_WRONLY), errno.ETXTBSY)


def enter_the_servers_namespaces(where):
    got = []
    for pid in (where["server"], where["neighbour"], 1):
        for kind in ("net", "mnt", "pid", "ipc", "uts", "cgroup"):
            try:
                descriptor = os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY)
                call("setns", descriptor, 0)
                got.append(f"{kind} of {pid}")
            except OSError:
                pass
    return got


def make_a_user_namespace(where):
    call("unshare", CLONE_NEWUSER)
    return "made"


def make_other_namespaces(where):
    got = []
    for kind in (CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP, CLONE_NEWTIME):
        try:
            call("unshare", kind)
            got.append(hex(kind))
        except OSError:
            pass
    return got


def make_a_user_namespace_by_clone(where):
    return _child(call("clone", CLONE_NEWUSER | signal.SIGCHLD, None, None, None, None))


def make_a_user_namespace_by_clone3(where):
    arguments = (ctypes.c_uint64 * 8)(CLONE_NEWUSER, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    return _child(call("clone3", arguments, 64))


def _child(pid):
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return f"process {pid} in it"


def raise_its_priority(where):
    os.setpriority(os.PRIO_PROCESS, 0, -20)
    return "raised"


def become_a_realtime_process(where):
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
    return "it is"


def raise_its_priority_at_the_disk(where):
    call("ioprio_set", 1, 0, 1 << 13)
    return "raised"


def be_the_last_to_die_of_memory(where):
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("-1000")
    return "set"


def raise_its_limits(where):
    got = []
    for name in ("RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_MEMLOCK", "RLIMIT_RTPRIO", "RLIMIT_NICE"):
        _, hard = resource.getrlimit(getattr(resource, name))
        try:
            if hard != resource.RLIM_INFINITY:
                resource.setrlimit(getattr(resource, name), (hard + 1, hard + 1))
                got.append(name)
        except (OSError, ValueError):
            pass
    return got


def learn_the_machines_name(where):
    return os.uname().nodename if os.uname().nodename == where["host_name"] else None


def attack_by_a_shell(where):
    """What a shell and the machine's tools do, each of them: any that succeeds."""
    tries = {
        "unshare": "unshare --user --map-root-user true", "nsenter": "nsenter --target 1 --mount --net true",
        "mount": "folder=$(mktemp -d) && mount -t tmpfs none $folder && umount $folder", "read": f"cat {where['home_secret']}", "chroot": "chroot / true",
        "kill": f"kill -0 {where['server']}", "tcp": f"exec 3<>/dev/tcp/127.0.0.1/{where['loopback_port']}",
        "mknod": "mknod /tmp/shell-device c 1 11", "write": ": > /usr/bin/of-a-shell", "chown": "chown 0:0 /etc/passwd",
        "hostname": "hostname of-a-shell", "dmesg": "dmesg -S",
        "nice": "renice -n -20 -p $$",
    }
    done = []
    for name, line in tries.items():
        if name == "hostname" and _on_the_machine(where):
            continue
        ended = subprocess.run(["bash", "-c", line], capture_output=True, timeout=20, stdin=subprocess.DEVNULL)
        if ended.returncode == 0:
            done.append(name)
    for left in ("/usr/bin/of-a-shell", "/tmp/shell-device"):
        try:
            os.unlink(left)
        except OSError:
            pass
    return done
