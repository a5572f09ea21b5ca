"""Functions that attack: other functions, the server, the machine. Each attempt is shown to succeed where nothing stops
it, by the same code, so that none fails for a wrong word. docs/isolation.md lists them, each with what stops it."""

import re
from pathlib import Path

import pytest
from boda import HOME
from places import ROOT, place  # noqa: F401

# By what is shown that the attempt would succeed.
OUTSIDE, NAMESPACES, NEIGHBOUR, NOWHERE = "outside", "namespaces", "neighbour", "nowhere"

CONTROLS = {
    # In namespaces of its own, since it would change the machine.
    "set_the_host_name": NAMESPACES,
    "set_the_domain_name": NAMESPACES,
    "mount_a_memory_file_system": NAMESPACES,
    "bind_a_folder_elsewhere": NAMESPACES,
    "mount_proc_anew": NAMESPACES,
    "remount_its_code_writable": NAMESPACES,
    "make_mounts_writable_by_mount_setattr": NAMESPACES,
    "trace_pid_1": NAMESPACES,
    "read_the_environment_of_pid_1": NAMESPACES,
    "read_the_memory_of_pid_1": NAMESPACES,
    "write_the_memory_of_pid_1": NAMESPACES,
    "use_the_descriptors_of_pid_1": NAMESPACES,
    "overwrite_the_program_of_pid_1": NAMESPACES,
    "make_other_namespaces": NAMESPACES,
    "change_the_network": NAMESPACES,
    "attack_by_a_shell": NAMESPACES,
    "unmount_its_code": NAMESPACES,
    # Inside the function that is attacked: whether it is reached from the machine differs by kind.
    "reach_another_functions_listener": NEIGHBOUR,
    "connect_to_an_abstract_socket_of_another_function": NEIGHBOUR,
    "speak_for_another_function_at_its_runtime_api": NEIGHBOUR,
    "see_the_paths_of_other_functions_code_in_mounts": NEIGHBOUR,
    # This kernel may have none of it, or it is the environment that is asked.
    "pass_the_filter_by_numbers_of_x32": NOWHERE,
    "open_sockets_of_other_families": NOWHERE,
    "use_a_descriptor_that_the_server_left_open": NOWHERE,
    "gain_by_executing": OUTSIDE,
    "change_its_layers": NOWHERE,
    "change_a_terminals_line_discipline": NOWHERE,
}

# What kernels are built without: the control then finds that it is not there, which is no other reason to fail.
KERNEL_MAY_LACK = {"press_the_magic_key", "load_a_kernel_module", "load_a_kernel_module_from_a_file",
                   "unload_a_kernel_module", "load_another_kernel", "load_another_kernel_from_a_file",
                   "use_ports_of_the_processor", "change_quotas", "handle_page_faults", "use_io_uring",
                   "pass_the_filter_by_calls_of_32_bit_programs", "compare_with_another_functions_kernel_objects",
                   "swap_on", "switch_accounting_on", "watch_files_by_fanotify", "list_the_machines_mounts_by_system_call"}

# What a root without one of these rights, as in a container, cannot do either: bits of CapEff.
NEEDS = {"limit_the_server": 24, "be_the_last_to_die_of_memory": 24, "raise_its_limits": 24, "restart_the_machine": 22, "set_the_clock": 25,
         "set_the_clock_as_in_old_times": 25, "slew_the_clock": 25, "read_the_kernels_log": 34,
         "clear_the_kernels_log": 34, "become_a_realtime_process": 23, "open_a_file_by_its_handle": 2}

# The runtime may be among what the attempt ends; its invocation then fails.
ENDS_ITSELF = {"kill_everybody", "kill_pid_1"}


def names():
    """Of all attempts: the functions of the package."""
    found = []
    for module in ("files", "processes", "privileges", "network"):
        source = (HOME / "acceptance/src/test/python/inside" / f"{module}.py").read_text()
        found += re.findall(r"^def ([a-z]\w*)\(where\)", source, re.MULTILINE)
    return [name for name in found if name != "reach_the_world"]


NAMES = names()


@pytest.mark.parametrize("name", NAMES)
def test_an_attempt_is_stopped(place, name):  # noqa: F811
    answer = place.attempt(name)
    assert "stopped" in answer or name in ENDS_ITSELF and "ended" in answer, answer


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.skipif(not ROOT, reason="what is done outside takes root")
def test_the_attempt_would_succeed_if_nothing_stopped_it(place, name):  # noqa: F811
    kind = CONTROLS.get(name, OUTSIDE)
    if kind != NOWHERE:
        everybody = [other for other in NAMES if CONTROLS.get(other, OUTSIDE) == kind]
        answer = place.control(name, kind, everybody)
        lacking = name in KERNEL_MAY_LACK and answer.get("stopped") in ("ENOSYS", "ENOENT")
        assert "got" in answer or lacking or not has_right(NEEDS.get(name)), answer


def has_right(capability):
    effective = re.search(r"^CapEff:\s+(\w+)$", Path("/proc/self/status").read_text(), re.MULTILINE).group(1)
    return capability is None or bool(int(effective, 16) >> capability & 1)


def test_the_document_lists_these_attempts():
    listed = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", (HOME / "docs/isolation.md").read_text().split("## Using up")[0],
                        re.MULTILINE)
    assert [name for name in listed if name not in ("attempt", "---")] == [name.replace("_", " ") for name in NAMES]
