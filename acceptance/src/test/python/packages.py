"""Packages that functions under test bring with them, at pinned versions: installed once for this machine, into a folder
of the tests' cache that the pins name."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from boda import HOME, zipped

PINS = HOME / "acceptance/src/test/packages"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "boda/test-tools/packages"

# The runtime whose interpreter the packages are for: the tests' own.
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"

EXECUTABLE, PLAIN = 0o100755, 0o100644


def python_packages(*pins):
    """Where these and nothing else are installed; what they need is named too."""
    return _installed(f"{PYTHON}-{sys.version_info.micro}\n" + "\n".join(pins), lambda folder: subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile",
         "--target", str(folder), *pins], check=True))


def node_packages(name):
    """A folder with the node_modules that a lock file of `packages/` says."""
    def install(folder):
        for file in "package.json", "package-lock.json":
            shutil.copy(PINS / name / file, folder)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                       cwd=folder, check=True)

    return _installed((PINS / name / "package-lock.json").read_text(), install)


def files(folder, below=""):
    """What is in a folder, as `zipped` takes it, but for what explains it: name → bytes."""
    return {below + str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.endswith((".map", ".md", ".pyi", ".d.ts"))}


def package(folder, sources, modes=None):
    """A function of these sources with everything that is installed in a folder beside them."""
    return zipped({**files(folder), **sources}, modes)


def _installed(pins, install):
    folder = CACHE / hashlib.sha256(pins.encode()).hexdigest()[:16]
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".aside-", dir=CACHE))
    try:
        install(aside)
        aside.chmod(0o755)
        try:
            aside.rename(folder)
        except OSError:  # another run was quicker
            assert folder.is_dir()
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder
