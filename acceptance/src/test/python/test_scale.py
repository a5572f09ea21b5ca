"""From zero to many: first calls by the hundred at once."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

from boda import Caller, python_function

MEMORY_GIGABYTES = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
# A machine of 4 GB has room for 80 environments.
AT_ONCE = min(200, int(MEMORY_GIGABYTES * 20))

SLOW = python_function("import time, uuid\nID = uuid.uuid4().hex\ndef lambda_handler(e, c):\n    time.sleep(1)\n    return ID\n")


def test_two_hundred_first_calls_at_once_are_all_answered(server, create, name):
    create(name, SLOW, Timeout=60)
    callers = [Caller(server, name) for _ in range(AT_ONCE)]
    begun = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda caller: caller.call(), callers))
    print(f"{AT_ONCE} first calls in {time.monotonic() - begun:.1f} s by {len(set(answers))} environments")
    assert len(answers) == AT_ONCE and 1 <= len(set(answers)) <= AT_ONCE
