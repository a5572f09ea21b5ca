"""At files: the server's, the machine's, other functions', and its own code, which it may only read."""

import array
import errno
import fcntl
import os
import pwd
import stat
import subprocess
import sys
import tempfile

from kernel import AT_FDCWD, AT_RECURSIVE, Stopped, call, ctypes, libc, reached

_MS_RDONLY, _MS_REMOUNT, _MS_BIND, _MS_REC, _MNT_EXPIRE = 1, 32, 4096, 16384, 4
_OPEN_TREE_CLONE, _FS_IOC_SETFLAGS, _FS_IMMUTABLE_FL = 1, 0x40086602, 0x10


def _read(path, size=4096):
    with open(path, "rb", buffering=0) as file:
        return file.read(size)


def _secret(where, path):
    """What is in it, if that is the secret that the test put there."""
    if where["secret"].encode() in _read(path):
        return path
    raise Stopped(f"{path} holds something else")


def _first(paths, action):
    """The first for which the action works."""
    said = []
    for path in paths:
        try:
            return f"{path}: {action(path)}"
        except (OSError, Stopped, UnicodeError) as error:
            said.append(f"{path}: {error}")
    raise Stopped("; ".join(said)[:2000])


def _all(paths, action):
    """Those for which the action works; one is one too many."""
    worked = []
    for path in paths:
        try:
            worked.append(f"{path}: {action(path)}")
        except (OSError, Stopped, UnicodeError):
            pass
    if not worked:
        raise Stopped(f"none of {len(paths)}")
    return worked


def _made_in(folder):
    """Makes a file there, and takes it away again."""
    descriptor, path = tempfile.mkstemp(dir=folder)
    os.close(descriptor)
    os.unlink(path)
    return "written"


def _opened_for_writing(path):
    os.close(os.open(path, os.O_WRONLY))
    return "open for writing"


def _opened(path):
    os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    return "open"


def _marked(names, mark):
    return [name for name in names if mark in name]


# What is not its own to read

def read_the_servers_database(where):
    if _read(where["data"] + "/database/functions.sqlite").startswith(b"SQLite format 3"):
        return "the database"


def list_the_servers_data_directory(where):
    return os.listdir(where["data"])


def read_the_servers_program(where):
    return _first([where["jar"]], lambda path: len(_read(path)))


def read_a_file_of_the_servers_user(where):
    return _secret(where, where["home_secret"])


def read_a_file_in_the_machines_tmp(where):
    return _secret(where, where["tmp_secret"])


def find_what_lies_in_the_machines_folders(where):
    """A file with the mark in its name lies in each of them that the test may write to."""
    return _all(where["marked_folders"], lambda folder: _marked(os.listdir(folder), where["mark"])[0]
                if _marked(os.listdir(folder), where["mark"]) else _nothing())


def _nothing():
    raise Stopped("nothing there")


def read_the_machines_passwords(where):
    return _first(["/etc/shadow", "/etc/gshadow", "/etc/shadow-"], lambda path: len(_read(path)))


def learn_the_machines_users(where):
    return [user.pw_name for user in pwd.getpwall() if user.pw_name in where["users"]]


def find_another_functions_code(where):
    for top in [where["data"], "/var", "/opt", "/tmp", "/root", "/home", "/mnt", "/srv", "/run"]:
        for folder, _, names in os.walk(top):
            for name in names:
                if name == where["neighbour_file"]:
                    return os.path.join(folder, name)


def read_another_functions_code_by_its_digest(where):
    return _first(where["neighbour_code"], lambda path: len(os.listdir(path) if os.path.isdir(path) else _read(path)))


def read_another_functions_tmp(where):
    return _first([where["neighbour_tmp"], f"/proc/{where['neighbour']}/root{where['neighbour_tmp']}"],
                  lambda path: _secret(where, path))


def reach_the_machines_root_through_proc(where):
    return _first([f"/proc/{pid}/{link}/{path}" for pid in ("1", where["server"], where["neighbour"], "self")
                   for link, path in (("root", where["tmp_secret"]), ("cwd/../../../../../..", where["tmp_secret"]))],
                  lambda path: _secret(where, path))


def follow_a_link_in_the_package(where):
    return _first([f"{where['task']}/links/{name}" for name in ("database", "data", "secret", "up", "shadow")],
                  lambda path: len(os.listdir(path)) if os.path.isdir(path) else len(_read(path)))


def follow_a_link_made_in_tmp(where):
    link = tempfile.mktemp()
    os.symlink(where["tmp_secret"], link)
    try:
        return _secret(where, link)
    finally:
        os.unlink(link)


def see_the_machines_mounts(where):
    with open("/proc/self/mountinfo") as file:
        return [line for line in file if where["mark"] in line]


def see_the_paths_of_other_functions_code_in_mounts(where):
    with open("/proc/self/mountinfo") as file:
        return [line for line in file if any(path in line for path in where["neighbour_code"])]


def list_the_machines_mounts_by_system_call(where):
    request = (ctypes.c_uint64 * 4)(24, 0xffffffffffffffff, 0, 0)
    found = (ctypes.c_uint64 * 256)()
    count = call("listmount", request, found, 256, 0)
    with open("/proc/self/mountinfo") as file:
        shown = sum(1 for _ in file)
    # The root of the namespace is not listed.
    return f"{count} of {shown}" if count > shown or where.get("outside") else None


def use_a_descriptor_that_the_server_left_open(where):
    """Pipes, sockets of its own and the null device are a function's; a file, a folder or the like is not."""
    kept = []
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue
        own = (target.startswith(("pipe:", "socket:", "/var/task", where["task"] + "/", "anon_inode:"))
               or target in ("/dev/null", "/dev/urandom") or target.startswith("/proc/"))
        if not own:
            kept.append(target)
    return kept


# What is not its own to write

def change_its_own_code(where):
    return _all([where["task"]], _made_in)


def change_its_own_code_through_a_hard_link(where):
    link = tempfile.mktemp(dir=where.get("scratch"))
    os.link(where["task"] + "/lambda_function.py", link)
    try:
        return _opened_for_writing(link)
    finally:
        os.unlink(link)


def change_the_runtime_client(where):
    return _all([where.get("runtime", "/var/runtime"), *{os.path.dirname(path) for path in sys.argv[:1] if path}], _made_in)


def change_its_layers(where):
    return _all(["/opt", "/opt/python"], _made_in)


def change_what_programs_import(where):
    return _all([path for path in sys.path if os.path.isdir(path) and not path.startswith("/tmp")], _made_in)


def change_the_interpreter(where):
    return _all([sys.prefix, sys.base_prefix, os.path.dirname(os.path.realpath(sys.executable))], _made_in)


def change_the_machines_programs(where):
    return _all(["/usr/bin", "/usr/lib", "/usr/local/bin", "/bin", "/lib", "/sbin"], _made_in)


def change_etc(where):
    return _all(["/etc"], _made_in)


def write_beside_its_own_tmp(where):
    return _all(["/", "/var", "/root", "/home", "/run", "/mnt", "/srv", "/usr", "/dev", "/var/tmp"], _made_in)


# Mounts

def mount_a_memory_file_system(where):
    folder = tempfile.mkdtemp()
    call("mount", b"none", folder.encode(), b"tmpfs", 0, 0)
    call("umount2", folder.encode(), 2)
    return "mounted"


def bind_a_folder_elsewhere(where):
    folder = tempfile.mkdtemp()
    call("mount", b"/", folder.encode(), None, _MS_BIND | _MS_REC, None)
    call("umount2", folder.encode(), 2)
    return "bound"


def mount_proc_anew(where):
    folder = tempfile.mkdtemp()
    call("mount", b"proc", folder.encode(), b"proc", 0, 0)
    call("umount2", folder.encode(), 2)
    return "mounted"


def remount_its_code_writable(where):
    call("mount", None, where["task_mount"].encode(), None, _MS_REMOUNT | _MS_BIND, None)
    return "writable"


def make_mounts_writable_by_mount_setattr(where):
    attributes = (ctypes.c_uint64 * 4)(0, _MS_RDONLY, 0, 0)
    call("mount_setattr", AT_FDCWD, where["task_mount"].encode(), 0, attributes, 32)
    return "writable"


def unmount_its_code(where):
    """Expiring asks all that unmounting asks, and does it at the second time only."""
    return reached(lambda: call("umount2", where["task_mount"].encode(), _MNT_EXPIRE), errno.EAGAIN, errno.EBUSY)


def change_the_root_by_pivot_root(where):
    return reached(lambda: call("pivot_root", b"/tmp", b"/boda-attempt-none"), errno.ENOENT)


def clone_the_mount_tree(where):
    return call("open_tree", AT_FDCWD, b"/", _OPEN_TREE_CLONE | AT_RECURSIVE)


def open_a_file_system(where):
    return call("fsopen", b"tmpfs", 0)


def climb_out_of_a_chroot(where):
    folder = tempfile.mkdtemp()
    here = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    os.chroot(folder)
    os.fchdir(here)
    for _ in range(20):
        os.chdir("..")
    os.chroot(".")
    # Only that it may is asked: whose root it is then depends on what is mounted there.
    return os.listdir(".")


def open_a_file_by_its_handle(where):
    """Of the file system's root, whichever folder is shown of it: how containers were left in 2014."""
    handle = (ctypes.c_byte * 136)()
    ctypes.cast(handle, ctypes.POINTER(ctypes.c_uint32))[0] = 128
    mount = ctypes.c_int()
    call("name_to_handle_at", AT_FDCWD, b"/usr/bin", handle, ctypes.byref(mount), 0)
    folder = os.open("/usr/bin", os.O_RDONLY)
    return call("open_by_handle_at", folder, handle, os.O_RDONLY)


# Devices, and the kernel's own files

def make_a_device(where):
    path = tempfile.mktemp(dir=where.get("scratch"))
    os.mknod(path, stat.S_IFBLK | 0o600, os.makedev(*where["disk"]))
    os.unlink(path)
    return "made"


def make_a_device_of_memory(where):
    path = tempfile.mktemp(dir=where.get("scratch"))
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 11))
    try:
        return _opened(path)
    finally:
        os.unlink(path)


def open_the_machines_devices(where):
    names = ["mem", "port", "kmsg", "vda", "sda", "nvme0n1", "loop0", "loop-control", "fuse", "kvm", "net/tun", "vsock",
             "userfaultfd", "hwrng", "btrfs-control", "autofs", "uinput", "tty1", "console", "mapper/control"]
    return _all(["/dev/" + name for name in names], _opened)


def write_to_sys(where):
    return _all(["/sys/kernel/mm/transparent_hugepage/enabled", "/sys/kernel/uevent_helper", "/sys/power/state",
                 "/sys/kernel/profiling", "/sys/block/vda/queue/read_ahead_kb", "/sys/module/kernel/parameters/panic"],
                _opened_for_writing)


def leave_its_control_groups(where):
    found = []
    for folder, folders, names in os.walk("/sys/fs/cgroup"):
        found += [os.path.join(folder, name) for name in names if name in ("cgroup.procs", "tasks")]
        if folder.count("/") > 5:
            folders.clear()
    return _all(found, _opened_for_writing)


def raise_its_own_limits_in_control_groups(where):
    found = []
    for folder, folders, names in os.walk("/sys/fs/cgroup"):
        found += [os.path.join(folder, name) for name in names if name in (
            "memory.max", "memory.limit_in_bytes", "pids.max", "cpu.max", "cpu.cfs_quota_us", "cgroup.freeze",
            "release_agent", "cgroup.kill")]
    return _all(found, _opened_for_writing)


def set_where_core_dumps_go(where):
    return _opened_for_writing("/proc/sys/kernel/core_pattern")


def press_the_magic_key(where):
    return _opened_for_writing("/proc/sysrq-trigger")


def write_kernel_parameters(where):
    return _all(["/proc/sys/" + name for name in (
        "kernel/hostname", "kernel/modprobe", "kernel/panic", "kernel/randomize_va_space",
        "vm/overcommit_memory", "fs/file-max", "net/ipv4/ip_forward", "kernel/ns_last_pid",
        "user/max_user_namespaces", "net/core/somaxconn", "fs/mqueue/msg_max", "kernel/shmmax",
        "kernel/core_uses_pid")], _written_back)


def _written_back(path):
    """What it is, so that nothing changes. Some may be opened by everybody, and be written by few."""
    value = _read(path)
    descriptor = os.open(path, os.O_WRONLY)
    try:
        return os.write(descriptor, value)
    finally:
        os.close(descriptor)


def read_the_kernels_memory(where):
    return _all(["/proc/kcore", "/dev/mem", "/proc/kpageflags", "/proc/kmsg", "/proc/vmallocinfo", "/proc/slabinfo"],
                lambda path: len(_read(path, 16)))


# Programs that give rights

def run_a_setuid_program_of_its_package(where):
    """A copy of `id`, mode 4755 in the zip, owned by whoever unpacked it."""
    before = os.geteuid()
    after = int(subprocess.run([where["task"] + "/setuid-id", "-u"], capture_output=True, check=True).stdout)
    return f"{before} became {after}" if after != before or after == 0 else None


def run_the_machines_setuid_programs(where):
    """Without a password they serve root alone: being root, or being believed to be, is what makes it succeed."""
    for command in (["su", "root", "-c", "id -u"], ["setpriv", "--reuid", "0", "id", "-u"], ["sudo", "-n", "id", "-u"]):
        try:
            done = subprocess.run(command, capture_output=True, timeout=20, stdin=subprocess.DEVNULL)
        except OSError:
            continue
        if done.returncode == 0 and done.stdout.strip() == b"0":
            return command


def make_a_setuid_program_of_root(where):
    path = tempfile.mktemp(dir=where.get("scratch"))
    with open(path, "wb") as file:
        file.write(_read("/usr/bin/id", 1 << 20))
    try:
        os.chown(path, 0, 0)
        os.chmod(path, 0o4755)
        return f"owner {os.stat(path).st_uid}"
    finally:
        os.unlink(path)


def give_a_program_capabilities(where):
    path = tempfile.mktemp(dir=where.get("scratch"))
    open(path, "w").close()
    # Version 2: all that a program may have, effective at once.
    os.setxattr(path, "security.capability", b"\x01\0\0\x02" + b"\xff\xff\xff\xff" + b"\0" * 4 + b"\xff\x01\0\0" + b"\0" * 4)
    os.unlink(path)
    return "given"


def make_a_file_that_cannot_be_removed(where):
    path = tempfile.mktemp(dir=where.get("scratch"))
    with open(path, "w") as file:
        fcntl.ioctl(file, _FS_IOC_SETFLAGS, array.array("l", [_FS_IMMUTABLE_FL]))
        fcntl.ioctl(file, _FS_IOC_SETFLAGS, array.array("l", [0]))
    os.unlink(path)
    return "immutable"


def read_shared_memory_of_the_machine(where):
    return _secret(where, "/dev/shm/" + where["shared_memory"])


def attach_system_v_shared_memory(where):
    segment = call("shmget", where["shared_memory_key"], 0, 0o444)
    libc.shmat.restype = ctypes.c_void_p
    address = libc.shmat(segment, None, 0o10000)
    if where["secret"].encode() in ctypes.string_at(address, 64):
        return "the segment"


def open_a_message_queue_of_the_machine(where):
    return call("mq_open", where["message_queue"].encode(), os.O_RDONLY | os.O_NONBLOCK, 0, None)
