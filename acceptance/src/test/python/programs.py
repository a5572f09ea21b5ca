"""Programs in languages that are compiled, built once for what they consist of. One is named by its folder: its language,
and for others than the first what it is about, `go-sdk`."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

PROGRAMS = Path(__file__).parents[1] / "programs"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "boda/test-tools/programs"

BUILDS = {
    "go": ["go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s", "-tags=lambda.norpc", "-o", "{out}", "."],
    "rust": ["cargo", "build", "--release", "--locked", "--quiet", "--target-dir", "{target}"],
    "java": ["mvn", "--batch-mode", "--no-transfer-progress", "--quiet", "-DbuildDirectory={target}", "package"],
}
MADE = {"rust": "release/bootstrap", "java": "function.jar"}
TOOLS = {"go": "/usr/local/go/bin/go", "rust": str(Path.home() / ".cargo/bin/cargo"), "java": "/usr/bin/mvn"}


def tool(program):
    """Its language's own build tool; None where there is none."""
    language = program.split("-")[0]
    return shutil.which(BUILDS[language][0]) or (TOOLS[language] if os.access(TOOLS[language], os.X_OK) else None)


def cached(program):
    """Where the program is, or will be."""
    digest = hashlib.sha256()
    for file in sorted((PROGRAMS / program).rglob("*")):
        if file.is_file():
            digest.update(str(file.relative_to(PROGRAMS)).encode() + b"\0" + file.read_bytes())
    return CACHE / f"{program}-{digest.hexdigest()[:16]}"


def built(program):
    """The program's bytes: an executable for this machine, or a jar."""
    language, made = program.split("-")[0], cached(program)
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{program}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            beside, target = made.with_suffix(".new"), CACHE / f"{program}.target"
            command = [part.format(out=beside, target=target) for part in BUILDS[language]]
            done = subprocess.run([tool(program), *command[1:]], cwd=PROGRAMS / program, capture_output=True, text=True,
                                  env={**os.environ, "CGO_ENABLED": "0"}, timeout=1800)
            assert done.returncode == 0, done.stdout + done.stderr
            if language in MADE:
                shutil.copy(target / MADE[language], beside)
            beside.rename(made)
    return made.read_bytes()
