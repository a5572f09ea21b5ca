"""The kernel's calls by number: what Python has no name for, and what a library would refuse before the kernel does."""

import ctypes
import errno
import mmap
import os
import platform

# x86-64, and 64-bit ARM where it has the call.
NUMBERS = {
    "ptrace": (101, 117), "syslog": (103, 116), "personality": (135, 92), "pivot_root": (155, 41), "acct": (163, 89),
    "settimeofday": (164, 170), "swapon": (167, 224), "reboot": (169, 142), "sethostname": (170, 161),
    "setdomainname": (171, 162), "iopl": (172, None), "ioperm": (173, None), "init_module": (175, 105),
    "delete_module": (176, 106), "quotactl": (179, 60), "kexec_load": (246, 104), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "perf_event_open": (298, 241), "fanotify_init": (300, 262),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "setns": (308, 268), "process_vm_readv": (310, 270), "kcmp": (312, 272),
    "finit_module": (313, 273), "bpf": (321, 280), "userfaultfd": (323, 282), "mount": (165, 40), "umount2": (166, 39),
    "clone": (56, 220), "unshare": (272, 97), "capget": (125, 90), "capset": (126, 91), "chroot": (161, 51),
    "io_uring_setup": (425, 425), "open_tree": (428, 428), "fsopen": (430, 430), "pidfd_open": (434, 434),
    "clone3": (435, 435), "pidfd_getfd": (438, 438), "mount_setattr": (442, 442), "process_madvise": (440, 440),
    "migrate_pages": (256, 238), "ioprio_set": (251, 30), "prlimit64": (302, 261), "kexec_file_load": (320, 294),
    "socketpair": (53, 199), "shmget": (29, 194), "shmat": (30, 196), "mq_open": (240, 180), "statmount": (457, 457), "listmount": (458, 458),
}

ARM = platform.machine() == "aarch64"

CLONE_NEWTIME, CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
AT_FDCWD, AT_EMPTY_PATH, AT_RECURSIVE = -100, 0x1000, 0x8000

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


class Stopped(Exception):
    """The attempt found nothing to take; the words say where it ended."""


def number(name):
    found = NUMBERS[name][1 if ARM else 0]
    if found is None:
        raise Stopped(f"{platform.machine()} has no {name}")
    return found


def call(name, *arguments):
    return numbered(number(name), *arguments)


def numbered(number, *arguments):
    ctypes.set_errno(0)
    answer = libc.syscall(ctypes.c_long(number), *(
        ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments))
    if answer == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


def reached(action, *beyond):
    """What `action` answers. An error of `beyond` is one that only who passed the check of his rights is told."""
    try:
        return action()
    except OSError as error:
        if error.errno in beyond:
            return f"let through, then {errno.errorcode[error.errno]}"
        raise


def machine_code(code):
    """Runs it, and answers what it leaves in the first register."""
    memory = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return ctypes.CFUNCTYPE(ctypes.c_int)(start)()


def status():
    """The fields of /proc/self/status."""
    with open("/proc/self/status") as file:
        return {name: value.strip() for name, _, value in (line.partition(":") for line in file)}
