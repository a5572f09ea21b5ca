"""What an operator sees: metrics, the server's own log, health, start lines and the doctor."""

import json
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlparse

import pytest
from boda import LAUNCHER, Server, launcher_environment, python_function, tail
from conftest import ROLE, client_factory
from prometheus_client.parser import text_string_to_metric_families

FUNCTION = """
import time
def lambda_handler(event, context):
    if event.get("fail"):
        raise ValueError("on purpose")
    time.sleep(event.get("sleep", 0))
    return "done"
"""


def read(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
        return response


def scrape(server, **headers):
    """Name of a sample and its labels → value, of a page that the official parser reads."""
    request = urllib.request.Request(server.url + "/metrics", headers=headers)
    with urllib.request.urlopen(request) as response:
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        text = response.read().decode()
    samples = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation, family.name
        assert family.type in ("counter", "gauge", "histogram"), family
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in samples, key
            samples[key] = sample.value
    return samples


def of_function(samples, metric, name):
    found = [value for (sample, labels), value in samples.items()
             if sample == metric and ("function_name", name) in labels]
    assert len(found) <= 1
    return found[0] if found else 0


def eventually(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture(scope="module")
def calls(watched):
    return client_factory(watched)("lambda")


def make(lambda_client, name, **members):
    lambda_client.create_function(**{
        "FunctionName": name, "Runtime": "python3.12", "Role": ROLE, "Handler": "lambda_function.lambda_handler",
        "Code": {"ZipFile": python_function(FUNCTION)}, **members})
    lambda_client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})


def call(lambda_client, name, **event):
    return lambda_client.invoke(FunctionName=name, Payload=json.dumps(event).encode(), LogType="Tail")


def test_functions_are_counted_as_cloudwatch_counts_them(watched, calls):
    make(calls, "counted", Timeout=1)
    for _ in range(5):
        assert "FunctionError" not in call(calls, "counted")
    for _ in range(3):
        assert call(calls, "counted", fail=True)["FunctionError"] == "Unhandled"
    assert b"timed out" in call(calls, "counted", sleep=5)["Payload"].read()
    call(calls, "counted")  # on a new environment, the timeout ended the other
    samples = scrape(watched)
    assert of_function(samples, "boda_function_invocations_total", "counted") == 10
    assert of_function(samples, "boda_function_errors_total", "counted") == 4
    assert of_function(samples, "boda_function_throttles_total", "counted") == 0
    assert of_function(samples, "boda_function_cold_starts_total", "counted") == 2
    assert of_function(samples, "boda_function_init_failures_total", "counted") == 0
    assert of_function(samples, "boda_function_init_duration_seconds_count", "counted") == 2
    assert of_function(samples, "boda_function_duration_seconds_count", "counted") == 10
    assert 1 < of_function(samples, "boda_function_duration_seconds_sum", "counted") < 3
    assert of_function(samples, "boda_function_concurrent_executions", "counted") == 0


def test_the_durations_are_those_of_the_report_lines(watched, calls):
    make(calls, "reported")
    reports = []
    for _ in range(3):
        answer = call(calls, "reported", sleep=0.02)
        reports.append(tail(answer))
    milliseconds = sum(float(re.search(r"\tDuration: ([\d.]+) ms", report).group(1)) for report in reports)
    init = float(re.search(r"Init Duration: ([\d.]+) ms", "".join(reports)).group(1))
    samples = scrape(watched)
    assert of_function(samples, "boda_function_duration_seconds_sum", "reported") == pytest.approx(
        milliseconds / 1000, abs=0.0001)
    assert of_function(samples, "boda_function_init_duration_seconds_sum", "reported") == pytest.approx(
        init / 1000, abs=0.0001)


def test_what_runs_now_is_a_gauge(watched, calls):
    make(calls, "running", Timeout=30)
    with ThreadPoolExecutor(3) as pool:
        under_way = [pool.submit(call, calls, "running", sleep=4) for _ in range(3)]
        eventually(lambda: of_function(scrape(watched), "boda_function_concurrent_executions", "running") == 3)
        samples = scrape(watched)
        assert samples[("boda_concurrent_executions",
                        frozenset({("account", "000000000000"), ("region", "us-east-1")}))] == 3
        for each in under_way:
            each.result()
    samples = scrape(watched)
    assert of_function(samples, "boda_function_concurrent_executions", "running") == 0
    assert samples[("boda_environments", frozenset({("state", "idle")}))] >= 3


def test_a_deleted_function_has_no_metrics(watched, calls):
    make(calls, "deleted")
    call(calls, "deleted")
    assert of_function(scrape(watched), "boda_function_invocations_total", "deleted") == 1
    calls.delete_function(FunctionName="deleted")
    eventually(lambda: not any(("function_name", "deleted") in labels for _, labels in scrape(watched)))


def test_throttles_are_no_invocations(tmp_path):
    with Server(tmp_path / "data") as server:
        lambda_client = client_factory(server)("lambda")
        make(lambda_client, "narrow", Timeout=30)
        lambda_client.put_function_concurrency(FunctionName="narrow", ReservedConcurrentExecutions=1)
        with ThreadPoolExecutor(1) as pool:
            busy = pool.submit(call, lambda_client, "narrow", sleep=3)
            eventually(lambda: of_function(scrape(server), "boda_function_concurrent_executions", "narrow") == 1)
            throttled = 0
            for _ in range(2):
                with pytest.raises(lambda_client.exceptions.TooManyRequestsException):
                    call(lambda_client, "narrow")
                throttled += 1
            busy.result()
        samples = scrape(server)
        assert of_function(samples, "boda_function_throttles_total", "narrow") == throttled
        assert of_function(samples, "boda_function_invocations_total", "narrow") == 1


def test_requests_are_counted_by_operation_and_status(watched, calls):
    def requests(operation, status):
        return scrape(watched).get(("boda_requests_total", frozenset(
            {("service", "lambda"), ("operation", operation), ("status", status)})), 0)

    found, missing = requests("GetAccountSettings", "200"), requests("GetFunction", "404")
    calls.get_account_settings()
    with pytest.raises(calls.exceptions.ResourceNotFoundException):
        calls.get_function(FunctionName="nobody")
    assert requests("GetAccountSettings", "200") == found + 1
    assert requests("GetFunction", "404") == missing + 1


def test_clients_cannot_make_series(watched):
    def series():
        return sum(1 for name, _ in scrape(watched) if name == "boda_requests_total")

    for index in range(3):
        with pytest.raises(urllib.error.HTTPError):
            read(f"{watched.url}/made-up/{index}")
    before = series()
    for index in range(20):
        with pytest.raises(urllib.error.HTTPError):
            read(f"{watched.url}/made-up-too/{index}")
    assert series() == before


def documented():
    names, listing = set(), False
    for line in Path(LAUNCHER).parent.joinpath("docs", "operating.md").read_text().splitlines():
        listing = line.startswith("| metric |") or (listing and line.startswith("|"))
        if listing:
            names.update(re.findall(r"`((?:boda|process|jvm)_\w+)`", line.split("|")[1]))
    return names


def test_the_page_and_the_list_in_the_docs_are_the_same(watched, calls):
    make(calls, "documented")
    call(calls, "documented")
    with urllib.request.urlopen(watched.url + "/metrics") as response:
        shown = set(re.findall(r"^# TYPE (\S+)", response.read().decode(), re.MULTILINE))
    assert shown == documented()


def test_the_store_and_the_machine_have_numbers(watched, calls):
    make(calls, "stored")
    samples = scrape(watched)
    functions = frozenset({("database", "functions")})
    assert samples[("boda_store_write_duration_seconds_count", functions)] > 0
    assert samples[("boda_store_commit_duration_seconds_sum", functions)] > 0
    call(calls, "stored")
    written = ("boda_log_events_total", frozenset({("outcome", "written")}))
    eventually(lambda: scrape(watched)[written] >= 3)
    assert samples[("boda_connections", frozenset({("of", "clients")}))] >= 1
    assert samples[("boda_healthy", frozenset())] == 1
    for name in ["process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total",
                 "boda_data_free_bytes", "jvm_threads_current"]:
        assert samples[(name, frozenset())] > 0, name


def test_metrics_are_kept_from_strange_pages_and_with_credentials_required_from_strangers(watched, tmp_path):
    with pytest.raises(urllib.error.HTTPError) as refused:
        read(watched.url + "/metrics", Origin="http://evil.example")
    assert refused.value.code == 403
    with Server(tmp_path / "data", "--require-credentials") as server:
        for header in [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic dGVzdDp0ZXN0"}]:
            with pytest.raises(urllib.error.HTTPError) as refused:
                read(server.url + "/metrics", **header)
            assert refused.value.code == 401
        file = tmp_path / "data" / "metrics-token"
        assert file.stat().st_mode & 0o777 == 0o600
        assert str(file) in "\n".join(server.lines)
        token = file.read_text().strip()
        assert ("boda_healthy", frozenset()) in scrape(server, Authorization=f"Bearer {token}")
    with Server(tmp_path / "data", "--require-credentials") as server:
        assert file.read_text().strip() == token
        assert scrape(server, Authorization=f"Bearer {token}")


def own_log(server):
    return [line for line in server.lines if re.match(r"\d{4}-\d\d-\d\dT", line)]


def test_a_failed_request_is_one_line_and_a_good_one_none(tmp_path):
    with Server(tmp_path / "data") as server:
        lambda_client = client_factory(server)("lambda")
        make(lambda_client, "quiet")
        call(lambda_client, "quiet")
        call(lambda_client, "quiet", fail=True)
        with pytest.raises(lambda_client.exceptions.ResourceNotFoundException) as refused:
            lambda_client.get_function(FunctionName="nobody")
        request_id = refused.value.response["ResponseMetadata"]["RequestId"]
        eventually(lambda: own_log(server))
        lines = own_log(server)
        assert len(lines) == 1, lines
        assert re.fullmatch(
            r"\S+Z INFO  requests: status=404 code=ResourceNotFoundException service=lambda operation=GetFunction"
            rf" requestId={request_id} accessKeyId=test account=000000000000 sourceIp=127\.0\.0\.1"
            r" durationMillis=[\d.]+ Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody",
            lines[0])


def test_a_client_cannot_write_lines_of_its_own(tmp_path):
    forged = "2026-01-01T00:00:00.000Z ERROR requests: status=500"
    with Server(tmp_path / "data") as server:
        request = urllib.request.Request(
            server.url + "/2015-03-31/functions/" + urllib.request.quote("x\n" + forged), method="GET")
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(request)
        eventually(lambda: own_log(server))
        assert not [line for line in server.lines if line.startswith("2026-01-01T")]
        assert len(own_log(server)) == 1


def raw(server, sent):
    """What the server says to these bytes, until it ends the connection."""
    address = urlparse(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(sent)
        answer = b""
        while more := connection.recv(65536):
            answer += more
    return answer.decode()


def test_who_is_turned_away_before_a_request_has_a_line_and_is_counted(tmp_path):
    with Server(tmp_path / "data") as server:
        answer = raw(server, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert answer.startswith("HTTP/1.1 400 ")
        request_id = re.search(r"x-amzn-RequestId: (\S+)", answer).group(1)
        eventually(lambda: own_log(server))
        assert re.fullmatch(
            rf"\S+Z INFO  requests: status=400 code=Tls requestId={request_id} sourceIp=127\.0\.0\.1"
            r" The client speaks TLS, and here is plain HTTP: http://, not https://", own_log(server)[0])
        for _ in range(100):
            raw(server, b"GET / HTTP/1.1\r\nforged\n2026-01-01T00:00:00.000Z ERROR requests: status=500\r\n\r\n")
        samples = scrape(server)
        assert samples["boda_refusals_total", frozenset([("code", "Tls")])] == 1
        assert samples["boda_refusals_total", frozenset([("code", "Malformed")])] == 100
        assert not any(sample == "boda_requests_total" for sample, _ in samples)
        eventually(lambda: re.search(r"requests: 81 more clients were turned away within 10 s: Malformed 81",
                                     own_log(server)[-1]), 30)
        assert len(own_log(server)) == 21


def test_the_log_can_be_json(tmp_path):
    with Server(tmp_path / "data", "--log-format", "json") as server:
        lambda_client = client_factory(server)("lambda")
        with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
            lambda_client.get_function(FunctionName="nobody")
        eventually(lambda: any(line.startswith("{") for line in server.lines))
        entry = json.loads(next(line for line in server.lines if line.startswith("{")))
        assert entry["level"] == "INFO" and entry["status"] == 404 and entry["operation"] == "GetFunction"
        assert entry["code"] == "ResourceNotFoundException" and entry["requestId"] and entry["durationMillis"] > 0


def health(server):
    with urllib.request.urlopen(server.url + "/_boda/health") as response:
        return json.load(response)


def test_health_says_that_nothing_can_be_written(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here (it takes root)")
    try:
        with Server(disk / "data") as server:
            assert health(server)["status"] == "ok" and health(server)["problems"] == []
            with open(disk / "filler", "wb", buffering=0) as filler, pytest.raises(OSError):
                while True:
                    filler.write(b"x" * 65536)
            eventually(lambda: health(server)["status"] == "degraded", 60)
            assert "full" in " ".join(health(server)["problems"])
            assert scrape(server)[("boda_healthy", frozenset())] == 0
            (disk / "filler").unlink()
            eventually(lambda: health(server)["status"] == "ok", 20)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_the_start_lines_say_where_the_metrics_are(watched):
    text = "\n".join(watched.lines)
    assert f"metrics    {watched.url}/metrics" in text
    assert re.search(r"ready at \S+ \(version \d+\.\d+\.\d+, started in \d+\.\d s\)", text)
    assert re.search(r"data\s+/\S+ \(0 functions\)", text)


def test_the_doctor_ends_with_a_verdict_and_an_exit_status(tmp_path):
    def doctor(*options):
        return subprocess.run([str(LAUNCHER), "doctor", *options], env=launcher_environment(), capture_output=True,
                              text=True, timeout=120)

    done = doctor("--data-dir", str(tmp_path / "none"))
    assert done.returncode == 0
    assert re.match(r"Verdict    Boda can run functions here: \d+ of \d+ runtimes", done.stdout.splitlines()[-1])
    assert re.search(r"Machine .* processors?, [\d.]+ GB of memory", done.stdout)
    assert re.search(r"Data .*made by the first start, [\d.]+ GB free", done.stdout)
    assert not (tmp_path / "none").exists()
    with Server(tmp_path / "data"):
        assert "a server uses it now" in doctor("--data-dir", str(tmp_path / "data")).stdout
    assert "no server uses it" in doctor("--data-dir", str(tmp_path / "data")).stdout
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    broken = doctor("--data-dir", str(in_the_way / "data"))
    assert broken.returncode == 1 and f"{in_the_way} is a file" in broken.stdout.splitlines()[-1]
    broken = doctor("--data-dir", "/proc/boda")
    assert broken.returncode == 1
    assert "Boda cannot run functions here" in broken.stdout
