"""Sums up the test reports: each skip with its reason, each failure, and the closing line.

Fails when a test failed, when the build did (its exit status is the second argument), when fewer tests ran than FLOOR,
or when a test of isolation was skipped where it could have run: a suite that lost its tests must not look green.
"""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

# What must at least be executed. Raise it as the suite grows.
FLOOR = {"server": 3550, "bench": 30, "acceptance": 1350}

# Tests of isolation, by a part of their class: root who can make namespaces has no reason to skip one.
ISOLATION = ("test_isolation", "test_neighbours", "test_lives", ".sandbox.namespaces.", ".sandbox.egress.")
NAMESPACES = ["unshare", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--fork", "true"]


def isolation_is_possible():
    return os.geteuid() == 0 and sys.platform == "linux" and subprocess.run(NAMESPACES, capture_output=True).returncode == 0


def cases(home, module):
    for report in sorted(Path(home, module, "target", "surefire-reports").glob("TEST-*.xml")):
        yield from ElementTree.parse(report).getroot().iter("testcase")


def main(home, build_status):
    passed, failed, skipped = 0, 0, 0
    lost = []
    isolation = isolation_is_possible()
    for module, floor in FLOOR.items():
        executed = 0
        for case in cases(home, module):
            name = f"{case.get('classname')}.{case.get('name')}"
            skip = case.find("skipped")
            if skip is not None:
                skipped += 1
                print(f"skipped: {name}: {(skip.get('message') or 'no reason given').strip()}")
                if isolation and any(part in f".{name}" for part in ISOLATION):
                    lost.append(f"{name}: a test of isolation was skipped, though this is root and has namespaces")
                continue
            executed += 1
            broken = [element for kind in ("failure", "error") for element in case.findall(kind)]
            if broken:
                failed += 1
                print(f"FAILED: {name}: {(broken[0].get('message') or broken[0].text or '').strip()[:500]}")
            else:
                passed += 1
        if executed < floor:
            lost.append(f"{module}: only {executed} tests were executed, at least {floor} must be")
    for line in lost:
        print(f"LOST: {line}")
    if build_status and not failed:
        print("FAILED: the build did not succeed; see above")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or lost or build_status else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
