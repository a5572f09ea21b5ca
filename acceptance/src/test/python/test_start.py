"""Starting and ending: what stops a start says why and touches nothing; what ends leaves nothing."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request

import pytest
from boda import LAUNCHER, Server, launcher_environment, python_function, zipped
from conftest import ROLE, client_factory


def launch(*arguments, **environment):
    return subprocess.run([str(LAUNCHER), *arguments], env=launcher_environment(**environment),
                          capture_output=True, text=True, timeout=180)


@pytest.mark.parametrize("arguments, said", [
    (["--prot", "4566"], "--prot"),
    (["--port", "http"], "port"),
    (["--port", "70000"], "0 to 65535"),
    (["--account", "123"], "12 digits"),
    (["--region", "mars"], "us-east-1"),
    (["--log-level", "loud"], "debug"),
    (["--code-storage", "75"], "75GB"),
])
def test_a_wrong_option_stops_the_start_with_a_sentence(tmp_path, arguments, said):
    done = launch("start", "--data-dir", str(tmp_path / "data"), *arguments)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Exception" not in done.stderr and "\tat " not in done.stderr
    assert not (tmp_path / "data").exists()


def test_an_unknown_variable_stops_the_start(tmp_path):
    done = launch("start", "--data-dir", str(tmp_path / "data"), BODA_PROT="1")
    assert done.returncode != 0 and "BODA_PROT" in done.stderr and "BODA_PORT" in done.stderr


def test_an_unknown_command_is_named():
    done = launch("strat")
    assert done.returncode != 0 and "'strat'" in done.stderr


def test_a_wrong_option_of_the_doctor_points_to_its_help():
    done = launch("doctor", "--bogus")
    assert done.returncode == 2 and "'boda doctor --help'" in done.stderr


def test_runtimes_is_followed_by_what_to_do():
    done = launch("runtimes", "python3.12")
    assert done.returncode == 2 and "not 'python3.12'" in done.stderr and "add ID" in done.stderr
    done = launch("runtimes", "--help")
    assert done.returncode == 0 and "boto3" in done.stdout


def without_network(tmp_path):
    """An empty cache of SDKs, which nothing can fill."""
    return {"PIP_INDEX_URL": "http://127.0.0.1:1/simple", "npm_config_registry": "http://127.0.0.1:1/",
            "npm_config_cache": str(tmp_path / "npm"), "PIP_CONFIG_FILE": os.devnull,
            "XDG_CACHE_HOME": str(tmp_path / "cache")}


def test_without_a_network_it_starts_all_the_same_and_says_so_once(tmp_path):
    leftover = tmp_path / "cache/boda/sdks/.aside-of-before"
    leftover.mkdir(parents=True)

    def said_before_the_start():
        with Server(tmp_path / "data", environment=without_network(tmp_path)) as server:
            ready = next(index for index, line in enumerate(server.lines) if "ready at" in line)
            return server.lines[:ready]

    begun = time.monotonic()
    first = said_before_the_start()
    assert time.monotonic() - begun < 40
    text = "\n".join(first)
    assert text.count("functions will not find these SDKs") == 1 and "./boda runtimes" in text
    assert len(first) <= 6, first
    assert not leftover.exists()
    assert said_before_the_start() == []


@pytest.mark.parametrize("arguments, status, said", [
    (["--prot", "4566"], 2, "--prot"),
    (["--port", "{taken}"], 2, "in use"),
    (["--host", "192.0.2.1"], 2, "192.0.2.1"),
    (["--host", "0.0.0.0"], 2, "--require-credentials"),
    (["--data-dir", "{file}"], 1, "is a file"),
    (["--help"], 0, ""),
], ids=["option", "port", "address", "unguarded", "data", "help"])
def test_a_start_that_cannot_be_ends_before_anything_is_downloaded(tmp_path, arguments, status, said):
    (tmp_path / "file").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        places = {"taken": taken.getsockname()[1], "file": tmp_path / "file"}
        begun = time.monotonic()
        done = launch("start", *(argument.format(**places) for argument in arguments),
                      **{"BODA_PORT": "0", "BODA_DATA_DIR": str(tmp_path / "data"), **without_network(tmp_path)})
        assert time.monotonic() - begun < 3
    assert done.returncode == status
    assert said in done.stderr and "SDKs" not in done.stderr and "Bringing" not in done.stderr
    assert done.stdout.count("Usage:") == (1 if status == 0 else 0)
    assert not (tmp_path / "cache").exists()


def test_help_names_every_option():
    text = launch("start", "--help").stdout
    for option in ["host", "port", "data-dir", "region", "account", "log-level", "exact-runtimes",
                   "require-credentials", "insecure", "allow-origin", "allow-host", "require-isolation", "plain-processes",
                   "allow-aws", "refuse-private-networks", "code-storage", "no-java-aot", "hot-reload"]:
        assert f"--{option}" in text


def test_variables_and_the_file_set_what_options_do_not(tmp_path):
    (tmp_path / "boda.json").write_text('{"account": "210987654321", "region": "eu-west-3"}')
    with Server(tmp_path / "data", "--config", str(tmp_path / "boda.json"),
                environment={"BODA_REGION": "eu-central-1"}) as server:
        lambda_client = client_factory(server)("lambda", region_name="eu-central-1")
        made = lambda_client.create_function(
            FunctionName="f", Runtime="python3.12", Role=ROLE, Handler="lambda_function.lambda_handler",
            Code={"ZipFile": python_function("def lambda_handler(e, c): return 1")})
        assert made["FunctionArn"] == "arn:aws:lambda:eu-central-1:210987654321:function:f"


def test_a_port_in_use_is_said(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = launch("start", "--port", str(port), "--data-dir", str(tmp_path / "data"))
        assert done.returncode != 0
        assert str(port) in done.stderr and "in use" in done.stderr


def test_a_data_directory_in_use_is_said(tmp_path):
    with Server(tmp_path / "data"):
        done = launch("start", "--port", "0", "--data-dir", str(tmp_path / "data"))
        assert done.returncode != 0
        assert str(tmp_path / "data") in done.stderr and "in use" in done.stderr


def test_a_data_directory_of_a_newer_version_is_left_alone(tmp_path):
    with Server(tmp_path / "data"):
        pass
    (tmp_path / "data" / "version").write_text("999\n")
    before = {str(path): path.stat().st_mtime_ns for path in (tmp_path / "data").rglob("*") if path.is_file()}
    done = launch("start", "--port", "0", "--data-dir", str(tmp_path / "data"))
    assert done.returncode != 0 and "newer" in done.stderr
    after = {str(path): path.stat().st_mtime_ns for path in (tmp_path / "data").rglob("*") if path.is_file()}
    assert after == before


def test_it_is_ready_in_two_seconds(tmp_path):
    with Server(tmp_path / "warm"):
        pass
    seconds = []
    for attempt in range(3):
        begun = time.monotonic()
        with Server(tmp_path / "warm"):
            seconds.append(time.monotonic() - begun)
    assert min(seconds) < 2.0, seconds


def processes_mentioning(text):
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/environ", "rb") as file:
                    if text.encode() in file.read():
                        found.append(int(entry))
            except OSError:
                pass
    return found


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_every_function(tmp_path, ending):
    mark = f"mark-{os.getpid()}-{int(ending)}"
    with Server(tmp_path / "data") as server:
        lambda_client = client_factory(server)("lambda")
        lambda_client.create_function(
            FunctionName="f", Runtime="python3.12", Role=ROLE, Handler="lambda_function.lambda_handler",
            Code={"ZipFile": python_function(
                "import subprocess\ndef lambda_handler(e, c):\n"
                "    subprocess.Popen(['sleep', '1000'], start_new_session=True)\n    return 1\n")},
            Environment={"Variables": {"MARK": mark}})
        assert lambda_client.invoke(FunctionName="f", Payload=b"{}")["Payload"].read() == b"1"
        assert processes_mentioning(mark)
        begun = time.monotonic()
        status = server.stop(ending)
        assert time.monotonic() - begun < 15
        assert status in (0, 130, 143)
    assert processes_mentioning(mark) == []


def test_a_call_under_way_is_answered_before_the_end(tmp_path):
    with Server(tmp_path / "data") as server:
        make = client_factory(server)
        lambda_client = make("lambda")
        lambda_client.create_function(
            FunctionName="f", Runtime="python3.12", Role=ROLE, Handler="lambda_function.lambda_handler", Timeout=10,
            Code={"ZipFile": python_function(
                "import time\ndef lambda_handler(e, c):\n    print('begun')\n    time.sleep(2)\n    return 'whole'\n")})
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor() as pool:
            call = pool.submit(lambda: lambda_client.invoke(FunctionName="f", Payload=b"{}")["Payload"].read())
            logs = make("logs")
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                try:
                    if logs.filter_log_events(logGroupName="/aws/lambda/f", filterPattern="begun")["events"]:
                        break
                except logs.exceptions.ResourceNotFoundException:
                    pass
            server.process.send_signal(signal.SIGTERM)
            assert call.result(30) == b'"whole"'


def test_functions_code_and_logs_survive_a_restart(tmp_path):
    with Server(tmp_path / "data") as server:
        lambda_client = client_factory(server)("lambda")
        made = lambda_client.create_function(
            FunctionName="kept", Runtime="python3.12", Role=ROLE, Handler="lambda_function.lambda_handler",
            Code={"ZipFile": python_function("def lambda_handler(e, c):\n    print('line of', e['n'])\n    return e['n']")})
        lambda_client.get_waiter("function_active_v2").wait(FunctionName="kept", WaiterConfig={"Delay": 1})
        assert lambda_client.invoke(FunctionName="kept", Payload=b'{"n": 1}')["Payload"].read() == b"1"
        before = lambda_client.get_function_configuration(FunctionName="kept")
    with Server(tmp_path / "data") as server:
        make = client_factory(server)
        lambda_client = make("lambda")
        after = lambda_client.get_function_configuration(FunctionName="kept")
        for answer in (before, after):
            answer.pop("ResponseMetadata")
        assert after == before and after["CodeSha256"] == made["CodeSha256"]
        assert lambda_client.invoke(FunctionName="kept", Payload=b'{"n": 2}')["Payload"].read() == b"2"
        messages = [event["message"] for event in make("logs").filter_log_events(
            logGroupName="/aws/lambda/kept", filterPattern='"line of"')["events"]]
        assert messages == ["line of 1\n", "line of 2\n"]


def test_the_start_lines_say_what_is_in_force(server):
    text = "\n".join(server.lines)
    assert re.search(r"data\s+/", text)
    assert "not enforced" in text
    assert "aws --endpoint-url " + server.url in text


def test_health_answers(server):
    with urllib.request.urlopen(server.url + "/_boda/health") as response:
        assert response.status == 200
    with urllib.request.urlopen(server.url + "/_localstack/health") as response:
        assert b'"lambda"' in response.read()


def test_the_doctor_tells_of_interpreters_and_isolation(tmp_path):
    done = launch("doctor", "--data-dir", str(tmp_path / "none"))
    assert done.returncode == 0, done.stderr
    assert re.search(r"python3\.\d+\s.*3\.\d+\.\d+.*/", done.stdout)
    assert re.search(r"nodejs\d+\.x\s.*\d+\.\d+\.\d+.*/", done.stdout)
    for word in ["cgroup", "isolation"]:
        assert word in done.stdout.lower()
    assert "  - Names: " in done.stdout and "  - Open files: at most " in done.stdout
    assert ("(NAT)" in done.stdout) == ("are those that a server would choose now" in done.stdout)
    assert not (tmp_path / "none").exists()
