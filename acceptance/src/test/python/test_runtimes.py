"""Runtimes that are brought: images pulled from a registry on loopback, from disk, and root file systems in place."""

import json
import os
import re
import shutil
import subprocess
import tarfile
import time
from pathlib import Path

import pytest
from boda import LAUNCHER, Server, launcher_environment, python_function
from botocore.exceptions import ClientError
from conftest import ROLE, client_factory
from java_functions import compiled, jar, javac
from registry import DISTRIBUTION, Image, Registry, python_layers, python_of_distribution

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="another user may have no isolation, which roots need")

SOURCE = """
import os, sys
def lambda_handler(event, context):
    with open("/usr/share/of-the-image") as file:
        image = file.read()
    return [sys.version.split()[0], image, os.path.exists("/usr/share/hidden"), os.path.exists("/work"),
            os.environ["AWS_EXECUTION_ENV"]]
"""


def boda(data, *arguments):
    return subprocess.run([str(LAUNCHER), "runtimes", *arguments, "--data-dir", str(data)], env=launcher_environment(),
                          capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def runtime():
    return "python" + python_of_distribution()


@pytest.fixture(scope="module")
def image(runtime):
    return Image(python_layers())


@pytest.fixture
def registry(image):
    with Registry({"mine/python": image}).serving() as serving:
        yield serving


def create(client, runtime, source=SOURCE):
    return client.create_function(FunctionName="f", Runtime=runtime, Role=ROLE, Code={"ZipFile": python_function(source)},
                                  Handler="lambda_function.lambda_handler", Timeout=20)


def answer(client):
    response = client.invoke(FunctionName="f")
    body = json.loads(response["Payload"].read())
    assert "FunctionError" not in response, body
    return body


def test_a_configuration_without_an_interpreter_is_refused_and_the_command_it_names_repairs_it(
        tmp_path, registry, runtime, image):
    data = tmp_path / "data"
    config = tmp_path / "boda.json"
    config.write_text(json.dumps({"runtimes": {"python": "/no/such/python"}}))
    with Server(data, "--config", str(config)) as server:
        client = client_factory(server)("lambda", read_timeout=60)
        with pytest.raises(ClientError) as caught:
            create(client, runtime)
        refusal = caught.value.response["Error"]["Message"]
        command = re.search(r"What brings it: boda (runtimes add \S+);", refusal)
        assert command, refusal
        words = command[1].split()[1:]

        done = boda(data, *words, f"{registry.address}/mine/python")

        assert done.returncode == 0, done.stderr
        assert "Layer 1 of 2" in done.stderr and "Unpacking layer 2 of 2" in done.stderr
        assert re.match(rf"{re.escape(runtime)} +\d+\.\d+\.\d+ +exact ", done.stdout)
        create(client, runtime)
        version, of_image, hidden, machine, told = answer(client)
        assert version in done.stdout and version.startswith(runtime.removeprefix("python") + ".")
        assert (of_image, hidden, machine, told) == ("of the image", False, False, "AWS_Lambda_" + runtime)
        listed = boda(data, "list", "--config", str(config)).stdout
        line = next(line for line in listed.splitlines() if line.startswith(runtime + " "))
        assert f"{registry.address}/mine/python (sha256:{image.manifest.removeprefix('sha256:')[:12]})" in line
        assert any(path.startswith("/token?service=loopback&scope=") for path in registry.asked)

        done = boda(data, "remove", runtime)
        assert done.returncode == 0 and "when the server starts next" in done.stdout
        assert answer(client)[1] == "of the image", "an environment that runs keeps its files"
    assert boda(data, "remove", runtime).returncode == 1
    with Server(data, "--config", str(config)):
        deadline = time.monotonic() + 20
        while list((data / "runtimes/roots").iterdir()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not list((data / "runtimes/roots").iterdir())


def test_a_pull_that_breaks_off_leaves_nothing_half_done_and_goes_on(tmp_path, registry, runtime, image):
    data = tmp_path / "data"
    registry.cut_after = 700_000
    done = boda(data, "add", runtime, f"{registry.address}/mine/python")
    assert done.returncode == 1 and "goes on there" in done.stderr and "\tat " not in done.stderr
    assert not list((data / "runtimes/roots").iterdir())
    parts = [path for path in (data / "runtimes/pulling").iterdir() if path.suffix == ".part"]
    assert len(parts) == 1 and parts[0].stat().st_size > 700_000
    registry.cut_after = None
    registry.asked.clear()

    done = boda(data, "add", runtime, f"{registry.address}/mine/python")

    assert done.returncode == 0, done.stderr
    assert not list((data / "runtimes/pulling").iterdir())
    blobs = [path for path in registry.asked if "/blobs/" in path]
    assert len(blobs) == 2, "the rest of the first layer and the second; the config was there"


def test_layouts_archives_and_roots_on_this_disk_are_added(tmp_path, runtime, image):
    data = tmp_path / "data"
    layout = image.layout(tmp_path / "layout")
    archive = tmp_path / "image.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(layout, arcname=".")
    for source in [layout, archive, DISTRIBUTION]:
        done = boda(data, "add", runtime, str(source))
        assert done.returncode == 0, done.stderr
        assert str(source) in done.stdout
    # The last one is used in place, and what it took the place of is gone.
    assert not list((data / "runtimes/roots").iterdir())
    with Server(data) as server:
        client = client_factory(server)("lambda", read_timeout=60)
        create(client, runtime, "def lambda_handler(e, c): return open('/var/lib/dpkg/status').read(8)\n")
        assert answer(client) == "Package:"
    assert boda(data, "remove", runtime).returncode == 0
    assert (DISTRIBUTION / "usr/bin/python3").exists()


def test_in_the_layout_of_aws_images_interpreter_and_sdk_are_both_found(tmp_path, runtime):
    data = tmp_path / "data"
    layout = Image(python_layers("var/lang")).layout(tmp_path / "layout")
    done = boda(data, "add", runtime, str(layout))
    assert done.returncode == 0 and f" /var/lang/bin/{runtime} of " in done.stdout, done.stderr
    with Server(data) as server:
        client = client_factory(server)("lambda", read_timeout=60)
        create(client, runtime, "import boto3, json, sys\n"
                                "def lambda_handler(e, c): return [sys.executable, json.__file__, boto3.__file__]\n")
        version = runtime.removeprefix("python")
        assert answer(client) == [f"/var/lang/bin/{runtime}", f"/var/lang/lib/python{version}/json/__init__.py",
                                  f"/var/boda-sdk/lib/python{version}/site-packages/boto3/__init__.py"]


def test_a_jdk_in_a_root_is_a_runtime(tmp_path):
    root, data = tmp_path / "root", tmp_path / "data"
    subprocess.run(["cp", "-a", str(DISTRIBUTION), str(root)], check=True)
    shutil.copytree(Path(javac()).resolve().parents[1], root / "var/lang", symlinks=True,
                    ignore=shutil.ignore_patterns("jmods", "src.zip", "demo", "man"))
    done = boda(data, "add", "java25", str(root))
    assert done.returncode == 0 and f" /var/lang/bin/java of {root}" in done.stdout, done.stderr
    code = jar(compiled(tmp_path, {"H": """
        public class H {
            public String handle(Object event) {
                return System.getProperty("java.home") + new java.io.File("/usr/lib/jvm").exists();
            }
        }"""}))
    with Server(data) as server:
        client = client_factory(server)("lambda", read_timeout=60)
        client.create_function(FunctionName="f", Runtime="java25", Role=ROLE, Code={"ZipFile": code}, Handler="H::handle",
                               Timeout=20, MemorySize=512)
        assert answer(client) == "/var/langfalse"
    refused = boda(data, "add", "java8.al2", str(root))
    assert refused.returncode == 1 and "There is no Java 8 in" in refused.stderr and "Java 25." in refused.stderr


def test_what_cannot_be_added_is_refused_with_its_reason(tmp_path, registry, runtime):
    data = tmp_path / "data"
    other = "python3.8" if runtime != "python3.8" else "python3.9"
    for arguments, said in [
        (["add", other, f"{registry.address}/mine/python"], f"/usr/bin/{runtime}, Python "),
        (["add", "nodejs22.x", str(DISTRIBUTION)], "nothing there is called like it"),
        (["add", runtime, f"{registry.address}/no/such"], "has no "),
        (["add", runtime, str(tmp_path / "nowhere")], "no file or folder"),
        (["add", runtime, "127.0.0.1:1/mine/python"], "Nothing was heard from 127.0.0.1:1"),
        (["add", runtime, "Not A Name"], "is no image's name"),
        (["add", "cobol85"], "There is no runtime cobol85"),
        (["add", runtime, str(DISTRIBUTION), "--plain-processes"], "plain processes"),
    ]:
        done = boda(data, *arguments)
        assert done.returncode == 1 and said in done.stderr, (arguments, done.stderr)
        assert "Exception:" not in done.stderr and "\tat " not in done.stderr
    assert boda(data, "brings").returncode == 2
    assert not list((data / "runtimes/roots").iterdir())
