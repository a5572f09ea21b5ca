"""Code packages: what is kept, what is refused, and that nothing is written outside its folder."""

import io
import json
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from boda import HOME, python_function, zipped
from botocore.exceptions import ClientError
from conftest import ROLE

UNZIP = "Could not unzip uploaded file. Please check your file, then try to upload again."


def refusal(lambda_client, name, package, **members):
    with pytest.raises(ClientError) as caught:
        lambda_client.create_function(**{
            "FunctionName": name, "Runtime": "python3.12", "Role": ROLE,
            "Handler": "lambda_function.lambda_handler", "Code": {"ZipFile": package}, **members})
    error = caught.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"], error["Error"]["Message"]


def link(name, target):
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry, target


def archive(*entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for entry, content in entries:
            package.writestr(entry, content)
    return buffer.getvalue()


@pytest.mark.parametrize("package", [b"this is not a zip", b"PK\x03\x04truncated", zipped({"a.py": "x"})[:-30]])
def test_what_is_not_a_zip_is_refused(lambda_client, name, package):
    assert refusal(lambda_client, name, package) == (400, "InvalidParameterValueException", UNZIP)


@pytest.mark.parametrize("path", ["../../escaped.txt", "/tmp/boda-escaped.txt", "a/../../../escaped.txt"])
def test_a_path_that_leaves_the_folder_writes_nothing_outside(lambda_client, server, name, path):
    package = archive(("lambda_function.py", "def lambda_handler(e, c): return 1"), (path, "out"))
    try:
        lambda_client.create_function(FunctionName=name, Runtime="python3.12", Role=ROLE,
                                      Handler="lambda_function.lambda_handler", Code={"ZipFile": package})
        lambda_client.invoke(FunctionName=name, Payload=b"{}")
    except ClientError as error:
        assert error.response["Error"]["Message"] == UNZIP
    assert not Path("/tmp/boda-escaped.txt").exists()
    assert not list(Path(server.data).parent.rglob("*escaped.txt"))


def test_a_link_that_leads_out_is_no_way_to_write_outside(lambda_client, server, tmp_path, name):
    package = archive(
        ("lambda_function.py", "def lambda_handler(e, c): return 1"),
        link("door", str(tmp_path)), ("door/through.txt", "out"))
    try:
        lambda_client.create_function(FunctionName=name, Runtime="python3.12", Role=ROLE,
                                      Handler="lambda_function.lambda_handler", Code={"ZipFile": package})
    except ClientError as error:
        assert error.response["Error"]["Message"] == UNZIP
    assert not (tmp_path / "through.txt").exists()


def test_links_and_modes_are_kept(create, invoke, name):
    create(name, archive(
        ("lambda_function.py",
         "import os, subprocess\ndef lambda_handler(e, c):\n"
         "    root = os.environ['LAMBDA_TASK_ROOT']\n"
         "    return [os.readlink(root + '/link.txt'), open(root + '/link.txt').read(),\n"
         "            subprocess.check_output([root + '/tool.sh'], text=True), oct(os.stat(root + '/tool.sh').st_mode & 0o777)]\n"),
        ("real.txt", "content"), link("link.txt", "real.txt"),
        (executable("tool.sh"), "#!/bin/sh\necho run\n")))
    assert invoke(name, {})[0] == ["real.txt", "content", "run\n", "0o755"]


def executable(name):
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = 0o100755 << 16
    return entry


def test_a_bomb_is_refused_without_being_unpacked(lambda_client, server, name):
    zeros = bytes(1_000_000)
    bomb = zipped({f"zeros-{number}": zeros for number in range(270)})
    status, code, message = refusal(lambda_client, name, bomb)
    assert (status, code) == (400, "InvalidParameterValueException")
    assert message == "Unzipped size must be smaller than 262144000 bytes"


def test_code_downloads_as_it_was_uploaded(lambda_client, create, name):
    import urllib.request
    package = python_function("def lambda_handler(e, c): return 1")
    create(name, package)
    location = lambda_client.get_function(FunctionName=name)["Code"]["Location"]
    with urllib.request.urlopen(location) as response:
        assert response.read() == package
    from urllib.error import HTTPError
    with pytest.raises(HTTPError) as caught:
        urllib.request.urlopen(location[:-4] + "0000")
    assert caught.value.code == 403


THUMBNAIL = """
import base64, io
from PIL import Image

def lambda_handler(event, context):
    image = Image.open(io.BytesIO(base64.b64decode(event["image"])))
    image.thumbnail((200, 200))
    out = io.BytesIO()
    image.save(out, "PNG")
    return {"size": image.size, "image": base64.b64encode(out.getvalue()).decode()}
"""


def test_pillow_makes_a_thumbnail(create, invoke, name, tmp_path_factory):
    import base64
    import struct
    import zlib
    # Installed as the tutorials do: pip install -t beside the handler, for the interpreter that will run it.
    folder = tmp_path_factory.mktemp("pillow")
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                    "-t", str(folder), "pillow==12.3.0"], check=True)
    files = {str(path.relative_to(folder)): path.read_bytes()
             for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    create(name, zipped({**files, "lambda_function.py": THUMBNAIL}),
           Runtime=f"python{sys.version_info.major}.{sys.version_info.minor}", MemorySize=512, Timeout=30)
    width, height = 640, 480
    rows = b"".join(b"\0" + bytes((x % 256, y % 256, 128)[i] for x in range(width) for i in range(3))
                    for y in range(height))

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    png = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
           + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    body, response = invoke(name, {"image": base64.b64encode(png).decode()})
    assert "FunctionError" not in response, body
    assert body["size"] == [200, 150]
    thumbnail = base64.b64decode(body["image"])
    assert struct.unpack(">II", thumbnail[16:24]) == (200, 150)
