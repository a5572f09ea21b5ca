"""Programs in languages that are compiled, built once for what they consist of."""

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
    "rust": ["cargo", "build", "--release", "--locked", "--quiet", "--target-dir", "{folder}/target"],
}
TOOLS = {"go": "/usr/local/go/bin/go", "rust": str(Path.home() / ".cargo/bin/cargo")}


def tool(language):
    """The language's own build tool; None where there is none."""
    return shutil.which(BUILDS[language][0]) or (TOOLS[language] if os.access(TOOLS[language], os.X_OK) else None)


def cached(language):
    """Where the program is, or will be."""
    digest = hashlib.sha256()
    for file in sorted((PROGRAMS / language).rglob("*")):
        if file.is_file():
            digest.update(str(file.relative_to(PROGRAMS)).encode() + b"\0" + file.read_bytes())
    return CACHE / f"{language}-{digest.hexdigest()[:16]}"


def built(language):
    """The program's bytes, an executable for this machine."""
    program = cached(language)
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{language}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            beside = program.with_suffix(".new")
            command = [part.format(out=beside, folder=CACHE) for part in BUILDS[language]]
            done = subprocess.run([tool(language), *command[1:]], cwd=PROGRAMS / language, capture_output=True, text=True,
                                  env={**os.environ, "CGO_ENABLED": "0"}, timeout=600)
            assert done.returncode == 0, done.stderr
            if language == "rust":
                shutil.copy(CACHE / "target/release/bootstrap", beside)
            beside.rename(program)
    return program.read_bytes()
