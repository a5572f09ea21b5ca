"""At what only a privileged process may ask of the kernel, and at what nobody in a function has a use for."""

import array
import errno
import fcntl
import mmap
import os
import termios
import time

from kernel import (ARM, CLONE_NEWUSER, Stopped, call, ctypes, machine_code, numbered, reached, status)


def become_root(where):
    os.setresuid(0, 0, 0)
    return os.getresuid()


def join_the_group_of_root(where):
    os.setresgid(0, 0, 0)
    return os.getresgid()


def choose_its_groups(where):
    os.setgroups([0, 6])
    return os.getgroups()


def use_capabilities_that_it_has(where):
    fields = status()
    return {name: fields[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb") if int(fields[name], 16)}


def raise_its_capabilities(where):
    """CAP_SYS_ADMIN, with which all others come."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    call("capset", header, (ctypes.c_uint32 * 6)(1 << 21, 1 << 21))
    return "raised"


def gain_by_executing(where):
    """no_new_privs: whether a program may still give more than there is."""
    return None if status()["NoNewPrivs"] == "1" else "no_new_privs is not set"


def call_the_kernel_unfiltered(where):
    return None if status()["Seccomp"] == "2" else "there is no seccomp filter"


def read_a_keyring(where):
    return _keyctl(0, -4, 0) and _keyctl(11, -4)


def _keyctl(operation, *arguments):
    return call("keyctl", operation, *arguments, *([0] * (4 - len(arguments)))) + 1


def put_a_key_into_a_keyring(where):
    return call("add_key", b"user", b"boda-attempt", b"x", 1, -2)


def ask_for_a_key(where):
    return reached(lambda: call("request_key", b"user", b"boda-attempt-none", None, 0), errno.ENOKEY)


def load_a_bpf_program(where):
    """A map: what every program begins with."""
    attributes = (ctypes.c_uint32 * 32)(2, 4, 4, 1)
    return call("bpf", 0, attributes, 128)


def watch_by_perf_events(where):
    attributes = (ctypes.c_uint32 * 32)(1, 128)
    return call("perf_event_open", attributes, -1, 0, -1, 0)


def use_io_uring(where):
    return call("io_uring_setup", 4, (ctypes.c_uint32 * 30)())


def handle_page_faults(where):
    return call("userfaultfd", os.O_CLOEXEC)


def watch_files_by_fanotify(where):
    return call("fanotify_init", 0, os.O_RDONLY)


def load_a_kernel_module(where):
    return reached(lambda: call("init_module", None, 0, b""), errno.EFAULT, errno.ENOEXEC)


def load_a_kernel_module_from_a_file(where):
    file = os.open(__file__, os.O_RDONLY)
    return reached(lambda: call("finit_module", file, b"", 0), errno.ENOEXEC, errno.EINVAL)


def unload_a_kernel_module(where):
    return reached(lambda: call("delete_module", b"boda_attempt_none", 0), errno.ENOENT)


def load_another_kernel(where):
    return reached(lambda: call("kexec_load", 0, 0, None, 0xffff), errno.EINVAL)


def load_another_kernel_from_a_file(where):
    return reached(lambda: call("kexec_file_load", -1, -1, 0, None, 0xffff), errno.EINVAL, errno.EBADF)


def restart_the_machine(where):
    """Switches what Ctrl-Alt-Del does, which asks the same right. A pid namespace's own is asked in its words."""
    return reached(lambda: call("reboot", 0xfee1dead, 672274793, 0, None), errno.EINVAL)


def swap_on(where):
    return reached(lambda: call("swapon", b"/boda-attempt-none", 0), errno.ENOENT)


def read_the_kernels_log(where):
    room = ctypes.create_string_buffer(4096)
    return call("syslog", 3, room, 4096)


def clear_the_kernels_log(where):
    """The size of what was read is asked: it is behind the same door."""
    return call("syslog", 10, None, 0)


def change_quotas(where):
    return reached(lambda: call("quotactl", 0x80000300 - (1 << 32), b"/boda-attempt-none", 0, None),
                   errno.ENOENT, errno.ENODEV, errno.ENOTBLK)


def switch_accounting_on(where):
    return reached(lambda: call("acct", b"/boda-attempt-none"), errno.ENOENT)


def set_the_clock(where):
    """To what it is."""
    time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME))
    return "set"


def set_the_clock_as_in_old_times(where):
    now = time.time()
    call("settimeofday", (ctypes.c_long * 2)(int(now), int(now % 1 * 1_000_000)), None)
    return "set"


def slew_the_clock(where):
    """By nothing."""
    change = (ctypes.c_byte * 256)()
    ctypes.cast(change, ctypes.POINTER(ctypes.c_uint32))[0] = 0x8001
    return 1 + call("clock_adjtime", 0, change)


def set_the_host_name(where):
    name = os.uname().nodename.encode()
    call("sethostname", name, len(name))
    return "set"


def set_the_domain_name(where):
    call("setdomainname", b"(none)", 6)
    return "set"


def use_ports_of_the_processor(where):
    try:
        return call("iopl", 3)
    except OSError:
        return call("ioperm", 0x80, 1, 1)


def advise_on_anothers_memory(where):
    process = call("pidfd_open", where["server"], 0)
    page = (ctypes.c_uint64 * 2)(0, 0)
    return 1 + call("process_madvise", process, page, 1, 20, 0)


def type_into_the_servers_terminal(where):
    """The server was started from one."""
    got = []
    for path in ("/dev/tty", "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2", where.get("terminal", "/dev/none")):
        try:
            terminal = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            fcntl.ioctl(terminal, termios.TIOCSTI, b"x")
            got.append(path)
        except OSError:
            pass
    return got


def pass_the_filter_by_numbers_of_x32(where):
    """The same calls, with the bit that says x32: a kernel without them answers ENOSYS, which is stopped, too."""
    if ARM:
        raise Stopped("no such numbers on this processor")
    numbered(0x40000000 | 272, CLONE_NEWUSER)
    return "made a user namespace"


def pass_the_filter_by_calls_of_32_bit_programs(where):
    """getpid, then unshare of a user namespace, through the old gate."""
    if ARM:
        raise Stopped("no such gate on this processor")
    # mov eax, N; mov ebx, flags; int 0x80; ret. The register that must be kept is put aside.
    code = b"\x53\xb8" + (310).to_bytes(4, "little") + b"\xbb" + CLONE_NEWUSER.to_bytes(4, "little") + b"\xcd\x80\x5b\xc3"
    answer = machine_code(code)
    if answer < 0:
        raise OSError(-answer, os.strerror(-answer))
    return "made a user namespace"


def map_the_first_page(where):
    """Where a fault of the kernel would find what it takes for its own."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    address = libc.mmap(ctypes.c_void_p(0), 4096, mmap.PROT_READ | mmap.PROT_WRITE, 0x32, -1, 0)
    if address is None:
        return "mapped"
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def change_a_terminals_line_discipline(where):
    master, terminal = os.openpty()
    # Modules are loaded for it: how several holes were reached.
    fcntl.ioctl(terminal, termios.TIOCSETD, array.array("i", [21]))
    return "changed"
