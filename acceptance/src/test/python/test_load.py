"""Many calls: in a row, at once, and for a while."""

import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from boda import Caller, node_function, python_function

COUNTING = "import os\ncalls = 0\ndef lambda_handler(e, c):\n    global calls\n    calls += 1\n    return [os.getpid(), calls]\n"


def test_ten_thousand_calls_in_a_row_meet_one_environment(server, create, name):
    create(name, python_function(COUNTING), Timeout=10)
    caller = Caller(server, name)
    seen = {caller.call()[0] for _ in range(10_000)}
    assert len(seen) == 1
    assert caller.call()[1] == 10_001


# The long form, of `boda test --soak`, calls for five minutes.
SECONDS = 300 if os.environ.get("BODA_TEST_SOAK") == "true" else 12


def test_sixty_four_callers_for_seconds(server, create, name):
    create(name, node_function("export const handler = async (event) => event;"),
           Runtime="nodejs20.x", Handler="index.handler", Timeout=30)
    end = time.monotonic() + SECONDS
    counts, errors = [], []

    def calling(number):
        try:
            caller, done = Caller(server, name), 0
            while time.monotonic() < end:
                payload = {"caller": number, "call": done}
                assert caller.call(json.dumps(payload).encode()) == payload
                done += 1
            counts.append(done)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=calling, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(counts) == 64 and min(counts) > 0


def test_twenty_rapid_first_calls_start_at_most_as_many_environments(server, create, name):
    create(name, python_function("import time\n" + COUNTING.replace("    return", "    time.sleep(0.3)\n    return")),
           Timeout=30)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: Caller(server, name).call(), range(20)))
    assert 1 <= len({pid for pid, _ in answers}) <= 20


def test_a_caller_who_hangs_up_leaves_the_function_running(server, create, invoke, logs_client, name):
    create(name, python_function(
        "import time\ndef lambda_handler(e, c):\n    if e.get('slow'):\n        time.sleep(1)\n        print('finished all the same')\n"
        "    return 1\n"), Timeout=10)
    invoke(name, {})
    caller = Caller(server, name)
    caller.connection.request("POST", caller.path, b'{"slow": true}')
    caller.connection.close()
    deadline = time.monotonic() + 10
    found = []
    while not found and time.monotonic() < deadline:
        found = logs_client.filter_log_events(logGroupName=f"/aws/lambda/{name}", filterPattern="finished")["events"]
    assert len(found) == 1
    assert invoke(name, {})[0] == 1
