"""Runs one attempt to get out, and says honestly what came of it. Inside it is a function's handler; outside, where the
tests prove that the same attempt would succeed, a program: lambda_function.py 'JSON of names' 'JSON of what they may know'.

An attempt is a function of what it may know (`where`). It answers with what it got; an OSError or `Stopped` says that it
got nothing. Each has a process of its own, for it may end or change it.
"""

import errno
import json
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import files  # noqa: E402
import kernel  # noqa: E402
import network  # noqa: E402
import privileges  # noqa: E402
import processes  # noqa: E402
import work  # noqa: E402

ATTEMPTS = {name: value for module in (files, processes, privileges, network)
            for name, value in vars(module).items()
            if callable(value) and not name.startswith("_") and value.__module__ == module.__name__}

LONGEST_SECONDS = 40


def outcome(attempt, where):
    try:
        got = attempt(where)
        # A number is what the kernel answered, 0 included.
        nothing = got is None or got is False or got == [] or got == {} or got == ""
        return {"stopped": "it got nothing"} if nothing else {"got": got}
    except kernel.Stopped as stopped:
        return {"stopped": str(stopped)}
    except OSError as error:
        # urllib and http.client say what the socket said.
        error = error.reason if isinstance(getattr(error, "reason", None), OSError) else error
        return {"stopped": errno.errorcode.get(error.errno, repr(error))}


def in_a_process_of_its_own(attempt, where):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            signal.alarm(LONGEST_SECONDS)
            try:
                answer = outcome(attempt, where)
            except BaseException as broken:
                answer = {"broken": repr(broken)}
            with os.fdopen(writer, "w") as pipe:
                json.dump(answer, pipe, default=repr)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    _, ended = os.waitpid(child, 0)
    if os.WIFSIGNALED(ended):
        by = signal.Signals(os.WTERMSIG(ended)).name
        return {"broken": "took too long"} if by == "SIGALRM" else {"stopped": f"killed by {by}"}
    return json.loads(said)


def lambda_handler(event, context):
    if "work" in event:
        return getattr(work, event["work"])(event)
    return in_a_process_of_its_own(ATTEMPTS[event["attempt"]], event["where"])


if __name__ == "__main__":
    asked, known = map(json.loads, sys.argv[1:])
    print(json.dumps({name: in_a_process_of_its_own(ATTEMPTS[name], known) for name in asked}))
