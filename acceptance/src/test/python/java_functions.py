"""Compiles Java functions with the JDK that Boda itself is built with, against AWS's library for handlers."""

import os
import shutil
import subprocess
from pathlib import Path

from boda import HOME, zipped

CLIENT = HOME / "runtimes/java/target/runtime/lib"


def javac():
    candidates = [os.environ.get("JAVA_HOME", ""), *sorted(str(path) for path in Path("/usr/lib/jvm").glob("*25*"))]
    found = [Path(home, "bin/javac") for home in candidates if home and Path(home, "bin/javac").exists()]
    on_path = shutil.which("javac")
    return str(found[0]) if found else on_path


def compiled(folder, sources, release=8, class_path=()):
    """name of class → its source; → path in a package → its bytes."""
    source, target = Path(folder, "src"), Path(folder, "classes")
    files = []
    for name, text in sources.items():
        file = source / (name.replace(".", "/") + ".java")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        files.append(str(file))
    path = os.pathsep.join(map(str, [*CLIENT.glob("aws-lambda-java-core-*.jar"), *class_path]))
    done = subprocess.run([javac(), "--release", str(release), "-Xlint:-options", "-cp", path, "-d", str(target), *files],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {str(file.relative_to(target)): file.read_bytes() for file in sorted(target.rglob("*.class"))}


def jar(classes):
    return zipped({"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n", **classes})
