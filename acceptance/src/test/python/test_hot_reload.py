"""Functions whose code is a folder: what is saved there runs within a second, from root's server, an ordinary user's and
one of plain processes; and which folders may not be code."""

import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from boda import AWS_CLI, LAUNCHER, Server, aws_environment, launcher_environment, python_function
from botocore.exceptions import ClientError
from conftest import ROLE, client_factory
from java_functions import compiled
from places import ORDINARY, ROOT, as_user, copy_for_another_user

SECOND = 1.0
PATIENCE_SECONDS = 20
# The machine may be busy with other things than what is measured: the best of some saves counts.
SAVES = 5

PYTHON = "def lambda_handler(event, context):\n    return {!r}\n"


@pytest.fixture
def open_folder():
    """A folder that is everybody's to read, as an isolated function's has to be; pytest's are not."""
    yield from an_open_folder()


def an_open_folder():
    with tempfile.TemporaryDirectory(prefix="boda-hot-") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def base():
    yield from an_open_folder()


@pytest.fixture(scope="module", params=["root", "ordinary", "plain"])
def place(request, base):
    """A server, and the folder that it was started with."""
    base = base / request.param
    base.mkdir()
    project = base / "project"
    project.mkdir()
    options = ("--hot-reload", str(project))
    if request.param == "ordinary":
        if not ROOT:
            pytest.skip("the server of root is one of an ordinary user here")
        with copy_for_another_user(ORDINARY) as (copy, home):
            process, environment = as_user(ORDINARY, home)
            with Server(home / "data", *options, environment=environment, command=(str(copy / "boda"),),
                        process=process) as server:
                yield server, project
    else:
        more = ("--plain-processes",) if request.param == "plain" else ()
        with Server(base / "data", *options, *more) as server:
            yield server, project


@pytest.fixture
def client(place):
    return client_factory(place[0])("lambda")


@pytest.fixture
def source(place, name):
    folder = place[1] / name
    folder.mkdir()
    return folder


def created(client, name, folder, **members):
    answer = client.create_function(**{
        "FunctionName": name, "Runtime": "python3.11", "Role": ROLE, "Handler": "lambda_function.lambda_handler",
        "Timeout": 20, "Code": {"S3Bucket": "hot-reload", "S3Key": str(folder)}, **members})
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100})
    return answer


def call(client, name, event=None):
    response = client.invoke(FunctionName=name, Payload=json.dumps(event or {}).encode())
    return json.loads(response["Payload"].read())


def seconds_until(client, name, expected):
    """From now to the first answer that is this."""
    began = time.monotonic()
    while (answer := call(client, name)) != expected:
        assert time.monotonic() - began < PATIENCE_SECONDS, answer
        time.sleep(0.01)
    return time.monotonic() - began


def save(file, text):
    file.write_text(text)


def save_by_rename(file, text):
    """As many editors do."""
    beside = file.with_name(file.name + ".new")
    beside.write_text(text)
    os.replace(beside, file)


def refusal(act, *arguments, **members):
    with pytest.raises(ClientError) as refused:
        act(*arguments, **members)
    return refused.value.response["Error"]["Code"], refused.value.response["Error"]["Message"]


def assert_quick(taken):
    print("seconds from save to answer:", [round(seconds, 3) for seconds in taken])
    assert min(taken) < SECOND, taken


@pytest.mark.parametrize("saved", [save, save_by_rename])
def test_a_save_runs_within_a_second(client, source, name, saved):
    file = source / "lambda_function.py"
    save(file, PYTHON.format("0"))
    created(client, name, source)
    assert call(client, name) == "0"
    taken = []
    for number in range(1, SAVES + 1):
        saved(file, PYTHON.format(str(number)))
        taken.append(seconds_until(client, name, str(number)))
    assert_quick(taken)


def test_a_node_function_by_the_cli(place, client, source, name):
    file = source / "index.mjs"
    save(file, "export const handler = async () => 'zero';\n")
    subprocess.run(
        [AWS_CLI, "--endpoint-url", place[0].url, "lambda", "create-function", "--function-name", name,
         "--runtime", "nodejs20.x", "--role", ROLE, "--handler", "index.handler",
         "--code", f"S3Bucket=hot-reload,S3Key={source}"],
        env=aws_environment(), check=True, capture_output=True, timeout=120)
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})
    assert call(client, name) == "zero"
    taken = []
    for number in range(1, SAVES + 1):
        save(file, f"export const handler = async () => 'now {number}';\n")
        taken.append(seconds_until(client, name, f"now {number}"))
    assert_quick(taken)


def test_a_java_function_that_is_compiled_anew(client, source, name, tmp_path):
    def compile_into(number):
        classes = compiled(tmp_path / number, {"Hello": (
            "public class Hello { public String handle(Object event) { return \"" + number + "\"; } }")})
        for path, content in classes.items():
            (source / path).write_bytes(content)

    compile_into("one")
    created(client, name, source, Runtime="java21", Handler="Hello::handle", MemorySize=512)
    assert call(client, name) == "one"
    compile_into("two")
    print("seconds from save to answer, Java:", round(seconds_until(client, name, "two"), 3))


LOOK = """
import os
def lambda_handler(event, context):
    try:
        with open("written", "w") as file:
            file.write("x")
        written = True
    except OSError as refused:
        written = os.strerror(refused.errno)
    return {"at": os.getcwd(), "written": written, "link": os.path.exists("link"), "inner": os.path.exists("inner")}
"""


def test_the_folder_is_seen_at_its_place_and_nothing_behind_its_links(place, client, source, name):
    if any("functions are NOT isolated" in line for line in place[0].lines):
        pytest.skip("plain processes see the machine's files")
    secret = source.parent / f"{name}.secret"
    save(secret, "secret")
    save(source / "lambda_function.py", LOOK)
    (source / "link").symlink_to(secret)
    (source / "inner").symlink_to("lambda_function.py")
    created(client, name, source)
    assert call(client, name) == {"at": "/var/task", "written": "Read-only file system", "link": False, "inner": True}


def test_a_folder_that_is_closed_to_functions_is_refused(place, client, source, name):
    save(source / "lambda_function.py", PYTHON.format("open"))
    source.chmod(0o700)
    isolated = not any("functions are NOT isolated" in line for line in place[0].lines)
    if place[0].data.parent.name == "home":
        assert "cannot be read by the user who started Boda" in refusal(created, client, name, source)[1]
    elif isolated and ROOT:
        assert f"'chmod -R a+rX {source}' opens it" in refusal(created, client, name, source)[1]
    else:
        created(client, name, source)
        assert call(client, name) == "open"


def test_what_runs_finishes_with_the_code_it_began_with(client, source, name):
    save(source / "lambda_function.py", "import time\ndef lambda_handler(event, context):\n"
                                        "    time.sleep(event.get('seconds', 0))\n    return 'old'\n")
    created(client, name, source)
    assert call(client, name) == "old"
    answers = []
    thread = threading.Thread(target=lambda: answers.append(call(client, name, {"seconds": 4})))
    thread.start()
    time.sleep(0.5)
    save(source / "lambda_function.py", PYTHON.format("new"))
    seconds_until(client, name, "new")
    assert answers == []
    thread.join(PATIENCE_SECONDS)
    assert answers == ["old"]
    assert call(client, name) == "new"


def test_modules_in_new_folders_and_a_folder_that_is_replaced(client, source, name):
    save(source / "lambda_function.py", PYTHON.format("alone"))
    created(client, name, source)
    assert call(client, name) == "alone"

    (source / "package" / "inner").mkdir(parents=True)
    save(source / "package" / "inner" / "words.py", "WORD = 'first'\n")
    save(source / "lambda_function.py",
         "from package.inner import words\ndef lambda_handler(event, context):\n    return words.WORD\n")
    seconds_until(client, name, "first")
    save(source / "package" / "inner" / "words.py", "WORD = 'second'\n")
    seconds_until(client, name, "second")

    shutil.rmtree(source)
    began = time.monotonic()
    while True:
        try:
            answer = call(client, name)
            assert time.monotonic() - began < PATIENCE_SECONDS, answer
        except client.exceptions.ServiceException as gone:
            assert f"There is no folder {source}." in gone.response["Error"]["Message"]
            break
    source.mkdir()
    save(source / "lambda_function.py", PYTHON.format("back"))
    assert call(client, name) == "back"
    save(source / "lambda_function.py", PYTHON.format("still seen"))
    seconds_until(client, name, "still seen")

    aside = source.with_name(source.name + "-aside")
    source.rename(aside)
    shutil.copytree(aside, source)
    save(source / "lambda_function.py", PYTHON.format("another folder"))
    seconds_until(client, name, "another folder")


def test_a_branch_of_git_that_is_checked_out(client, source, name):
    def git(*arguments):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-C", str(source.parent / f"{name}-git"),
                        *arguments], check=True, capture_output=True)

    repository = source.parent / f"{name}-git"
    (repository / "function" / "src").mkdir(parents=True)
    save(repository / "function" / "src" / "lambda_function.py", PYTHON.format("main"))
    git("init", "-b", "main")
    git("add", ".")
    git("commit", "-m", "main")
    git("checkout", "-b", "empty")
    git("rm", "-r", "function")
    git("commit", "-m", "empty")
    git("checkout", "main")
    created(client, name, repository / "function" / "src")
    assert call(client, name) == "main"
    git("checkout", "empty")
    assert not (repository / "function").exists()
    git("checkout", "-b", "other", "main")
    save(repository / "function" / "src" / "lambda_function.py", PYTHON.format("other"))
    git("commit", "-a", "-m", "other")
    git("checkout", "main")
    seconds_until(client, name, "main")
    git("checkout", "other")
    seconds_until(client, name, "other")


def test_code_that_fails_and_is_repaired(client, source, name):
    file = source / "lambda_function.py"
    save(file, "def lambda_handler(:\n")
    created(client, name, source)
    assert call(client, name)["errorType"] == "Runtime.UserCodeSyntaxError"
    save(file, PYTHON.format("repaired"))
    seconds_until(client, name, "repaired")


def test_two_functions_of_one_folder_and_what_is_shown(client, source, name):
    save(source / "lambda_function.py", PYTHON.format("one"))
    shown = created(client, name, source)
    # However many slashes there are.
    created(client, name + "-twin", f"{source.parent}//{source.name}/")
    assert call(client, name) == call(client, name + "-twin") == "one"
    save(source / "lambda_function.py", PYTHON.format("two"))
    seconds_until(client, name, "two")
    seconds_until(client, name + "-twin", "two")
    got = client.get_function(FunctionName=name)
    assert got["Code"] == {"RepositoryType": "S3", "Location": f"file://{source}"}
    assert got["Configuration"]["CodeSize"] == 0
    assert got["Configuration"]["CodeSha256"] == shown["CodeSha256"]
    assert got["Configuration"]["LastModified"] == shown["LastModified"]


def test_from_a_zip_to_a_folder_and_back(client, source, name):
    save(source / "lambda_function.py", PYTHON.format("folder"))
    created(client, name, source, Code={"ZipFile": python_function(PYTHON.format("zip"))})
    assert call(client, name) == "zip"
    updated = client.get_waiter("function_updated_v2")
    client.update_function_code(FunctionName=name, S3Bucket="hot-reload", S3Key=str(source))
    updated.wait(FunctionName=name, WaiterConfig={"Delay": 0.1})
    assert call(client, name) == "folder"
    client.update_function_code(FunctionName=name, ZipFile=python_function(PYTHON.format("zip again")))
    updated.wait(FunctionName=name, WaiterConfig={"Delay": 0.1})
    assert call(client, name) == "zip again"
    save(source / "lambda_function.py", PYTHON.format("not run"))
    assert client.publish_version(FunctionName=name)["Version"] == "1"
    assert call(client, name) == "zip again"


def test_what_may_not_be_code(place, client, source, name):
    server, project = place
    save(source / "lambda_function.py", PYTHON.format("x"))
    (source / "out").symlink_to("/etc")

    def refused(key):
        code, sentence = refusal(created, client, name, key)
        assert code == "InvalidParameterValueException"
        return sentence

    assert "'./boda start --hot-reload /etc' allows it." in refused("/etc")
    assert f"which are {project}." in refused(f"{source}/../../elsewhere")
    assert "leads by a link out of the folders" in refused(source / "out")
    assert "absolute path" in refused("src")
    assert "is no folder" in refused(source / "lambda_function.py")
    assert f"There is no folder {source}/none." in refused(source / "none")
    assert "holds Boda's data" in refused(server.data)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function(FunctionName=name)

    created(client, name, source)
    code, sentence = refusal(client.publish_version, FunctionName=name)
    assert code == "InvalidParameterValueException" and sentence.startswith("A version never changes")
    code, sentence = refusal(client.update_function_code, FunctionName=name, S3Bucket="hot-reload", S3Key="/etc",
                             DryRun=True)
    assert code == "InvalidParameterValueException" and "--hot-reload /etc" in sentence


INSIDE = """
import boto3, botocore
def lambda_handler(event, context):
    try:
        boto3.client("lambda").update_function_code(FunctionName=event["name"], S3Bucket="hot-reload", S3Key=event["key"])
    except botocore.exceptions.ClientError as refused:
        return refused.response["Error"]
"""


def test_a_function_may_not_name_a_folder(place, client, source, name):
    """Neither by AWS's APIs inside of it, nor as a plain process with the credentials that it has."""
    if place[0].data.parent.name == "home":
        pytest.skip("no SDK is brought for that user")
    save(source / "lambda_function.py", INSIDE)
    created(client, name, source, MemorySize=512)
    answer = call(client, name, {"name": name, "key": str(source)})
    assert answer["Code"] == "AccessDeniedException"
    assert "It is not open to calls from inside an execution environment" in answer["Message"]


def test_a_function_and_its_watch_survive_a_restart(open_folder, tmp_path):
    source = open_folder / "src"
    source.mkdir()
    save(source / "lambda_function.py", PYTHON.format("before"))
    options = ("--hot-reload", str(source))
    with Server(tmp_path / "data", *options) as server:
        client = client_factory(server)("lambda")
        created(client, "kept", source)
        assert call(client, "kept") == "before"
    save(source / "lambda_function.py", PYTHON.format("meanwhile"))
    with Server(tmp_path / "data", *options) as server:
        client = client_factory(server)("lambda")
        assert call(client, "kept") == "meanwhile"
        save(source / "lambda_function.py", PYTHON.format("after"))
        seconds_until(client, "kept", "after")
        client.delete_function(FunctionName="kept")
    with Server(tmp_path / "data") as server:
        client = client_factory(server)("lambda")
        code, sentence = refusal(created, client, "none", source)
        assert code == "InvalidParameterValueException" and "started without --hot-reload" in sentence


@pytest.mark.parametrize("named, sentence", [
    ("none", "is not there"), ("data", "is the data directory"), ("data/code", "lies in the data directory"),
    (".", "contains the data directory")])
def test_a_folder_that_cannot_be_named_stops_the_start(tmp_path, named, sentence):
    done = subprocess.run(
        [str(LAUNCHER), "start", "--port", "0", "--data-dir", str(tmp_path / "data"), "--hot-reload", named],
        cwd=tmp_path, env=launcher_environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and sentence in done.stderr, (done.returncode, done.stderr)
