"""Functions that use up what there is or will not end: each ends in AWS's error for its caller, nothing of it stays, and its
neighbour's calls are as quick as on a quiet machine."""

import contextlib

import pytest
from bombs import BOMBS, limits_hold
from conftest import client_factory
from left_behind import Dwellings, eventually, server_without_trace
from neighbours import PROMISED_MILLIS, Meanwhile, Neighbour

ROUNDS = 8
QUIET_SECONDS, LOUD_SECONDS = 1.0, 1.5
# Less than one bomb of output writes.
LOG_STORAGE_MEGABYTES = 40


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One of its own: it is ended, and then nothing is left of anything."""
    with server_without_trace(tmp_path_factory.mktemp("bombs"), "--log-storage", f"{LOG_STORAGE_MEGABYTES}MB") as running:
        yield running


@pytest.fixture(scope="module")
def clients(server):
    return client_factory(server)


@pytest.fixture(scope="module")
def lambda_client(clients):
    return clients("lambda", read_timeout=700)


@pytest.fixture(scope="module")
def neighbour(server, lambda_client):
    return Neighbour.of(server, lambda_client)


@pytest.fixture(autouse=True)
def enforced(server):
    limits_hold(server)


class Loud(Meanwhile):
    """Calls a bomb again and again, and keeps what it reads."""

    def __init__(self, invoke, name):
        super().__init__()
        self.invoke, self.name_of_it, self.answers = invoke, name, []

    def go_on(self):
        while not self.enough.is_set():
            self.answers.append(self.invoke(self.name_of_it, {}))


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_ends_in_awss_error_nothing_of_it_stays_and_its_neighbour_does_not_notice(
        server, neighbour, lambda_client, create, invoke, name, kind):
    bomb = BOMBS[kind]
    dwellings = Dwellings(server, name)
    request = bomb.request()
    create(name, request.pop("Code")["ZipFile"], **request)
    measured, quiet = [], neighbour.p99(QUIET_SECONDS)
    # What else runs on the machine can only add: a bomb that harms its neighbour harms it in every round. What began
    # meanwhile is in the quiet second before a round or in the one after it.
    while len(measured) < ROUNDS and not any(loud <= allowed for loud, allowed in measured):
        before = quiet
        with Loud(invoke, name) as loud:
            p99 = neighbour.p99(LOUD_SECONDS)
            eventually(lambda: not dwellings.look().processes, "no processes of it to be seen")
        quiet = neighbour.p99(QUIET_SECONDS)
        measured.append((p99, max(PROMISED_MILLIS, 2 * before, 2 * quiet)))
        assert loud.answers
        for answer, response in loud.answers:
            bomb.ends.check(answer, response)
        assert bomb.ends.all_seen()
    print(kind, [f"{loud:.1f} of {allowed:.1f} ms" for loud, allowed in measured])
    assert any(loud <= allowed for loud, allowed in measured), measured
    lambda_client.delete_function(FunctionName=name)
    eventually(dwellings.left, "left of the environments")
    eventually(lambda: logs_beyond_their_storage(server), "logs")


def logs_beyond_their_storage(server):
    """By how many bytes, a quarter for their index and what is just being written not counted."""
    occupied = 0
    for path in (server.data / "logs").rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            occupied += path.stat().st_blocks * 512
    return max(0, occupied - LOG_STORAGE_MEGABYTES * (5 << 18))
