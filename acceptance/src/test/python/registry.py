"""A registry on loopback that speaks OCI's Distribution API, and images made of a root file system of this machine."""

import contextlib
import gzip
import hashlib
import http.server
import io
import json
import os
import re
import subprocess
import tarfile
import threading
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
DISTRIBUTION = CACHE / "boda/test-tools/image"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def python_of_distribution():
    """The version of the Python in the root that `./boda test` makes: 3.11."""
    if not DISTRIBUTION.is_dir():
        pytest.skip(f"There is no {DISTRIBUTION}: './boda test' makes it with debootstrap, which takes root")
    return os.readlink(DISTRIBUTION / "usr/bin/python3").removeprefix("python")


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def python_layers(home="usr"):
    """Two layers: the distribution's Python, with what it is linked with, and a second that changes the first. home: the
    folder that Python is in; AWS's images have it in var/lang."""
    version = python_of_distribution()
    lower = io.BytesIO()
    with tarfile.open(fileobj=lower, mode="w") as tar:
        names = ["bin", "lib", "lib64", "etc/os-release", "usr/lib/os-release", "usr/lib64", "usr/bin/python3",
                 f"usr/bin/python{version}", f"usr/lib/python{version}", "usr/bin/dash", "usr/bin/sh"]
        programs = [DISTRIBUTION / f"usr/bin/python{version}", DISTRIBUTION / "usr/bin/dash",
                    *(DISTRIBUTION / f"usr/lib/python{version}/lib-dynload").glob("*.so")]
        linked = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True).stdout
        for library in sorted(set(re.findall(r"(/lib\S+\.so\S*)", linked))):
            file = next((path for path in (DISTRIBUTION / f"usr{library}", DISTRIBUTION / library[1:])
                         if path.exists()), None)
            if file:
                names += [str(path.relative_to(DISTRIBUTION)) for path in (file, file.parent / file.resolve().name)]
        names += [str(path.relative_to(DISTRIBUTION)) for path in DISTRIBUTION.glob("usr/lib/*-linux-gnu/ld-linux*")]
        for name in dict.fromkeys(names):
            if os.path.lexists(DISTRIBUTION / name):
                tar.add(DISTRIBUTION / name, arcname=re.sub(r"^usr(?=/(bin|lib)/python)", home, name),
                        filter=lambda entry: None if "__pycache__" in entry.name else entry)
        add(tar, "usr/share/hidden", b"of the lower layer")
    upper = io.BytesIO()
    with tarfile.open(fileobj=upper, mode="w") as tar:
        add(tar, "usr/share/of-the-image", b"of the image")
        add(tar, "usr/share/.wh.hidden", b"")
    return [lower.getvalue(), upper.getvalue()]


def add(tar, name, content, mode=0o644):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    tar.addfile(entry, io.BytesIO(content))


class Image:
    """The parts of an image by digest; index: the bytes that its name means."""

    def __init__(self, layers):
        self.blobs = {}
        packed = [self._put(gzip.compress(layer, 1)) for layer in layers]
        config = {"architecture": "any", "os": "linux",
                  "rootfs": {"type": "layers", "diff_ids": [digest(layer) for layer in layers]}}
        manifest = self._put(json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": self._put(json.dumps(config).encode()), "layers": packed}).encode())
        other = {"mediaType": MANIFEST, "digest": digest(b"not there"), "size": 1,
                 "platform": {"os": "linux", "architecture": "s390x"}}
        mine = {"mediaType": MANIFEST, **manifest,
                "platform": {"os": "linux", "architecture": ARCHITECTURES[os.uname().machine]}}
        self.manifest = manifest["digest"]
        self.index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [other, mine]}).encode()

    def _put(self, content):
        self.blobs[digest(content)] = content
        return {"digest": digest(content), "size": len(content)}

    def layout(self, folder):
        """Writes it as an OCI layout."""
        (folder / "blobs/sha256").mkdir(parents=True)
        (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        (folder / "index.json").write_bytes(self.index)
        for name, content in self.blobs.items():
            (folder / "blobs" / name.replace(":", "/")).write_bytes(content)
        return folder


class Registry:
    """Gives images by name, for a token that everybody gets; counts what it gave."""

    def __init__(self, images):
        self.images = images
        self.asked = []
        self.cut_after = None

    @contextlib.contextmanager
    def serving(self):
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                registry.answer(self)

            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            self.address = f"127.0.0.1:{server.server_address[1]}"
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()

    def answer(self, request):
        self.asked.append(request.path)
        if request.path.startswith("/token?"):
            return self.send(request, 200, b'{"access_token": "anybody", "expires_in": 300}')
        if request.headers["Authorization"] != "Bearer anybody":
            return self.send(request, 401, b"", {
                "WWW-Authenticate": f'Bearer realm="http://{self.address}/token",service="loopback",'
                                    f'scope="repository:any:pull"'})
        found = re.fullmatch(r"/v2/(.+)/(manifests|blobs)/(.+)", request.path)
        image = self.images.get(found[1]) if found else None
        content = image and (image.index if found[3] == "latest" else image.blobs.get(found[3]))
        if content is None:
            return self.send(request, 404, b'{"errors": [{"code": "MANIFEST_UNKNOWN"}]}')
        begins = re.fullmatch(r"bytes=(\d+)-", request.headers["Range"] or "")
        start = int(begins[1]) if begins else 0
        return self.send(request, 206 if begins else 200, content[start:],
                         {"Content-Type": INDEX if found[3] == "latest" else MANIFEST})

    def send(self, request, status, content, headers=None):
        request.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(content[:self.cut_after])
