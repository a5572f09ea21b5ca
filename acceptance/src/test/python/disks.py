"""File systems of their own for a data directory: small enough to be filled, or to be taken away. They need root."""

import contextlib
import os
import shutil
import subprocess

import pytest


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def mounted(folder, *options):
    folder.mkdir()
    done = run("mount", *options, str(folder))
    if done.returncode != 0:
        pytest.skip(f"mount {' '.join(options)} is not possible here (it takes root): {done.stderr.strip()}")


@contextlib.contextmanager
def memory_disk(folder, megabytes):
    """A tmpfs."""
    mounted(folder, "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs")
    try:
        yield folder
    finally:
        run("umount", "--lazy", str(folder))


@contextlib.contextmanager
def image_disk(image, folder, make=True):
    """An ext4 in a file. What is in the file is what a loss of power leaves: ext4 is told to write nothing by itself."""
    if make:
        if not shutil.which("mkfs.ext4"):
            pytest.skip("there is no mkfs.ext4 here")
        with open(image, "wb") as file:
            file.truncate(96 << 20)
        subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    mounted(folder, "-o", "loop,errors=remount-ro,commit=900", str(image))
    try:
        yield folder
    finally:
        # Also when it was unmounted already, or a file is still open there.
        run("umount", "--lazy", str(folder))
        folder.rmdir()


def make_read_only(folder):
    """As ext4 does when its disk fails: also for files that are open."""
    done = run("mount", "-o", "remount,abort", str(folder))
    try:
        (folder / "probe").write_text("x")
    except OSError:
        return
    pytest.skip(f"ext4 cannot be made to fail here: {done.stderr.strip()}")


def fill(folder):
    """Takes all the room that is left; returns the file that has it."""
    filler = folder / "filler"
    with open(filler, "wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    assert os.statvfs(folder).f_bavail == 0
    return filler
