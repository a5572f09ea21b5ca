"""Lets a debugger in, where 'boda debug' asks for it: debugpy, which speaks the Debug Adapter Protocol."""

import sys

from .errors import Fault


def listen(address, packages=None):
    """Listens for a debugger from now on.

    address: `host:port`, and `,wait` if nothing goes on before a debugger says so
    packages: where debugpy is if neither the function nor a layer has it
    """
    debugpy = _debugpy(packages)
    endpoint, _, waits = address.partition(",")
    host, _, port = endpoint.rpartition(":")
    debugpy.listen((host, int(port)))
    if waits:
        debugpy.wait_for_client()


def _debugpy(packages):
    try:
        import debugpy
    except ImportError:
        if packages is None:
            raise Fault("Runtime.DebuggerMissing", "There is no debugpy, by which Python functions are debugged")
        # No longer than it takes: the function finds what it would find otherwise.
        sys.path.append(packages)
        try:
            import debugpy
        finally:
            sys.path.remove(packages)
    return debugpy
