"""Brings the AWS SDKs that functions find without packaging them, as runtimes/sdks pins them.

    python3 tools/sdks.py PINS FOLDER [--brief] [--debugger]

One folder a pins file is made in FOLDER, by pip and npm, which check every package against its pinned hash and use the
machine's own configuration. What is there already is left alone. A folder is written aside and renamed: it is whole or
not there. Its name is the digest of its pins, so that it never changes and several checkouts share it. The server finds
it by the same name (dev.boda.runtime.PinnedSdks).

Folders that these pins do not name are another checkout's, or nobody's any more. They are removed when no start of a
server has touched them for 30 days and no server of this machine uses FOLDER now.

With --debugger the pins are those of what functions are debugged by (runtimes/debuggers, for `boda debug`), which is
kept, found and removed in the same way.

Prints the folders that are there. Fails if one is missing in the end, and says why: in all that pip and npm say, or with
--brief in a sentence, and where there is no network within seconds.
"""

import contextlib
import fcntl
import glob
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Of a name: raised when the same pins would make another folder.
LAYOUT = "1"

# Python runtimes newer than their pins file share it; a link is all that a folder needs for one.
NEWEST_PYTHON_MINOR = 19

ASIDE = ".aside-"
FOLDER = re.compile(r"(python3\.\d+|nodejs\d+)-\w+-[0-9a-f]{16}")
# The launcher's lists of what a user's last attempt brought.
NOTE = re.compile(r"\.brought-\d+")
UNUSED_SECONDS = 30 * 24 * 3600
PIP = ["--disable-pip-version-check", "--no-input", "--quiet"]
PIP_PATIENCE = ["--retries", "1", "--timeout", "20"]
NPM = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--prefer-offline"]
NPM_PATIENCE = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000"]
LIMIT_SECONDS = 600

# A trial is one small package: whether there is a network is known before pip and npm are patient with it.
TRIAL_SECONDS = 8
PIP_TRIAL = ["--retries", "0", "--timeout", "4", "--no-deps", "--only-binary", ":all:", "six"]
NPM_TRIAL = ["--fetch-retries=0", "--fetch-timeout=4000", "@aws-sdk/client-lambda", "version"]

# What Node.js does not load: sources of bundlers, types, and what explains them.
LEFT_OUT = ("dist-es", "dist-types", "dist-module")
LEFT_OUT_ENDINGS = (".d.ts", ".map", "CHANGELOG.md", "README.md")


class Missing(Exception):
    """An SDK could not be brought; the message says why."""


def all_pins(folder):
    """Pins files by the SDK that they pin: `python3.10`, `nodejs18`."""
    pins = {path.stem: path for path in folder.glob("python3.*.txt")}
    pins.update({path.parent.name: path for path in folder.glob("nodejs*/package-lock.json")})
    return dict(sorted(pins.items()))


def folder_name(sdk, pins):
    return "-".join([sdk, LAYOUT, hashlib.sha256(pins.read_bytes()).hexdigest()[:16]])


def run(command, limit=LIMIT_SECONDS, **more):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, **more)
    except (OSError, subprocess.TimeoutExpired) as e:
        raise Missing(f"{command[0]} failed: {e}") from e
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip() and "Retrying" not in line]
        last = said[-1].strip() if said else f"status {done.returncode}"
        raise Missing("\n  ".join([f"{Path(command[0]).name} failed: {last}", *said[-8:-1]]))


def attempt(tool, command):
    try:
        run(command, limit=TRIAL_SECONDS)
    except Missing as e:
        raise Missing(f"{tool} could not fetch a first package (is there a network?)") from e


def interpreters():
    """Pythons of this machine, each real file once, in the places where the server looks too."""
    pyenv = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    folders = ["/usr/bin", "/usr/local/bin", *glob.glob(pyenv + "/versions/*/bin"), *os.get_exec_path()]
    found = {}
    for folder in folders:
        for path in glob.glob(os.path.join(folder, "python3*")):
            named = re.fullmatch(r"python3\.(\d+)", os.path.basename(path))
            if named and int(named[1]) >= 8 and "/shims" not in folder and os.access(path, os.X_OK):
                found.setdefault(os.path.realpath(path), int(named[1]))
    return found


@contextlib.contextmanager
def pip():
    """A command that is pip: of this Python, of another one, or of an environment made for it."""
    for python in [sys.executable, *interpreters()]:
        if subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0:
            yield [python, "-m", "pip"]
            return
    with tempfile.TemporaryDirectory() as scratch:
        try:
            run([sys.executable, "-m", "venv", scratch])
        except Missing as e:
            raise Missing("no Python here has pip; for example 'apt-get install python3-pip' brings it") from e
        yield [os.path.join(scratch, "bin", "python"), "-m", "pip"]


def bring_python(sdk, pins, folder, brief):
    """Pure Python only: it is the same for every interpreter that the pins are for."""
    version = sdk[len("python"):]
    packages = folder / "lib" / sdk / "site-packages"
    packages.mkdir(parents=True)
    wanted = ["--require-hashes", "--requirement", str(pins), "--no-deps", "--only-binary", ":all:"]
    with pip() as command:
        if brief:
            with tempfile.TemporaryDirectory() as scratch:
                attempt("pip", [*command, "download", *PIP, "--dest", scratch, *PIP_TRIAL])
        run([*command, "install", *PIP, *PIP_PATIENCE, *wanted, "--no-compile", "--no-warn-script-location",
             "--python-version", version, "--target", str(packages)])
    shutil.rmtree(packages / "bin", ignore_errors=True)
    for minor in range(int(version.split(".")[1]) + 1, NEWEST_PYTHON_MINOR + 1):
        (folder / "lib" / f"python3.{minor}").symlink_to(sdk)


def bring_nodejs(_, pins, folder, brief):
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("there is no npm; for example 'apt-get install npm' brings it")
    for file in ("package.json", "package-lock.json"):
        shutil.copy(pins.parent / file, folder)
    if brief:
        attempt("npm", [npm, "view", *NPM, *NPM_TRIAL])
    run([npm, "ci", *NPM, *NPM_PATIENCE], cwd=folder)
    for path, folders, files in os.walk(folder / "node_modules"):
        for left_out in set(folders) & set(LEFT_OUT):
            folders.remove(left_out)
            shutil.rmtree(os.path.join(path, left_out))
        for file in files:
            if file.endswith(LEFT_OUT_ENDINGS):
                os.remove(os.path.join(path, file))


def compile_for(sdks):
    """Compiles for each Python here what its functions import: they find it read-only, and would compile it anew at
    every cold start."""
    for python, minor in interpreters().items():
        served = [sdk for sdk in sdks if sdk.startswith("python") and int(sdk.split(".")[1]) <= minor]
        if served:
            newest = max(served, key=lambda sdk: int(sdk.split(".")[1]))
            subprocess.run([python, "-I", "-S", "-m", "compileall", "-q", str(sdks[newest] / "lib" / newest)],
                           capture_output=True)


def bring(sdk, pins, target, brief, what):
    """Makes the folder, if it is not there. Called by one process at a time."""
    if not target.is_dir():
        print(f"Bringing {what}: {sdk} (this happens once) ...", file=sys.stderr)
        aside = Path(tempfile.mkdtemp(prefix=ASIDE, dir=target.parent))
        try:
            aside.chmod(0o755)
            (bring_python if sdk.startswith("python") else bring_nodejs)(sdk, pins, aside, brief)
            aside.rename(target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return target


def served(root):
    """Whether a server runs that finds its SDKs below this folder, as far as this user may see. One that the launcher
    started says so on its command line, and may have begun longer ago than any folder is kept."""
    named = "-Dboda.sdks="
    for process in glob.glob("/proc/[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            arguments = os.fsdecode(Path(process).read_bytes()).split("\0")
            folders = [argument[len(named):] for argument in arguments if argument.startswith(named)]
            if os.path.realpath(root) in map(os.path.realpath, folders):
                return True
    return False


def remove_unused(root, kept):
    """What no start has touched for long, but for the folders to keep."""
    oldest = time.time() - UNUSED_SECONDS
    for path in root.iterdir():
        matched = FOLDER.fullmatch(path.name) or NOTE.fullmatch(path.name)
        # Asked at the last moment, and seldom at all: most caches hold nothing that is old.
        if matched and path not in kept and path.lstat().st_mtime < oldest and not served(root):
            if path.is_dir() and not path.is_symlink():
                # Renamed first: whoever starts meanwhile finds it whole or not at all.
                gone = root / (ASIDE + path.name)
                path.rename(gone)
                shutil.rmtree(gone, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def main(pins_folder, target_folder, brief, what):
    # Ends like Ctrl-C: what is aside is removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    root = Path(target_folder).absolute()
    wanted = {sdk: (pins, root / folder_name(sdk, pins)) for sdk, pins in all_pins(Path(pins_folder)).items()}
    there, problems = {}, {}
    root.mkdir(parents=True, exist_ok=True)
    with open(root / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in root.glob(ASIDE + "*"):
            shutil.rmtree(left, ignore_errors=True)
        for sdk, (pins, target) in wanted.items():
            # What pip could not do once, for want of a network most often, it is not asked again.
            if kind(sdk) in problems and not target.is_dir():
                continue
            try:
                there[sdk] = bring(sdk, pins, target, brief, what)
            except (Missing, OSError) as e:
                problems[kind(sdk)] = f"{sdk}: {e}"
        compile_for(there)
        for folder in there.values():
            with contextlib.suppress(OSError):
                os.utime(folder)
        with contextlib.suppress(OSError):
            remove_unused(root, {target for _, target in wanted.values()})
    for folder in there.values():
        print(folder)
    if brief and problems:
        reasons = "; ".join(problem.splitlines()[0] for problem in problems.values())
        print(f"boda: functions will not find these SDKs ({reasons}): './boda runtimes' brings them later and says more.",
              file=sys.stderr)
    elif problems:
        print(*problems.values(), sep="\n", file=sys.stderr)
    return 1 if problems else 0


def kind(sdk):
    return sdk.rstrip("0123456789.")


if __name__ == "__main__":
    try:
        debugger = "--debugger" in sys.argv[3:]
        what = "what functions are debugged by" if debugger else "what functions find on AWS"
        sys.exit(main(*sys.argv[1:3], "--brief" in sys.argv[3:], what))
    except OSError as e:
        sys.exit(f"What functions need cannot be brought: {e}. Another folder: set HOME or XDG_CACHE_HOME")
