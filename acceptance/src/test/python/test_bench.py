"""`boda bench`, in its shortest form: that it measures, not how fast anything is."""

import json
import subprocess
import time

import pytest
from boda import LAUNCHER, launcher_environment


def bench(*arguments):
    return subprocess.run([str(LAUNCHER), "bench", *arguments], env=launcher_environment(),
                          capture_output=True, text=True, timeout=300)


def test_a_short_run_gives_a_table_and_json_with_sane_numbers(tmp_path):
    bench("--help")  # builds it, if that is still to be done
    begun = time.monotonic()
    done = bench("smoke", "--seconds", "0.1", "--json", str(tmp_path / "bench.json"))
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - begun < 150
    report = json.loads((tmp_path / "bench.json").read_text())

    for row in report["rows"]:
        assert row["errors"] == 0 and row["calls"] > 0, row
        assert 0 < row["p50Millis"] <= row["p90Millis"] <= row["p99Millis"] <= row["maxMillis"] < 30_000, row
        assert row["name"] in done.stdout
    subjects = {(row["group"], row["subject"]) for row in report["rows"]}
    assert subjects == {("warm, closed loop", "Boda"), ("warm, closed loop", "bare"), ("by memory", "Boda"),
                        ("warm, open loop", "Boda"), ("warm, open loop", "bare"), ("cold start", "Boda"),
                        ("cold start", "interpreter"), ("control plane", "Boda"), ("first byte", "Boda"),
                        ("first byte", "buffered"), ("first byte", "bare"), ("streamed", "Boda"), ("streamed", "bare")}
    warm = [row for row in report["rows"] if row["group"] == "warm, closed loop" and row["subject"] == "Boda"]
    assert all(row["timesBare"] > 0 for row in warm)
    assert {row["name"].split(".")[0][:6] for row in warm} == {"nodejs", "python"}

    streamed = [row for row in report["rows"] if row["group"] == "streamed"]
    assert all(row["megabytesPerSecond"] > 0 and row["processorMicrosPerMegabyte"]["server"] >= 0 for row in streamed)
    # In steps of a tenth of a second the server may also give memory back.
    assert all(row["serverMegabytesBefore"] > 0 and row["serverMegabytesAtMost"] > 0 for row in streamed)
    assert all(row["partOfBare"] > 0 for row in streamed if row["subject"] == "Boda")
    first = [row for row in report["rows"] if row["group"] == "first byte" and row["subject"] == "Boda"]
    assert first and all(row["timesBuffered"] > 0 for row in first)
    assert "MB/s" in done.stdout and "times a whole answer's" in done.stdout

    events = report["async"]
    for load in ("bare", "accepted", "acceptedWithSlowFlushes", "acceptedOnSchedule", "called"):
        assert events[load]["calls"] > 0 and events[load]["errors"] == 0, events
        assert 0 < events[load]["p50Millis"] <= events[load]["p99Millis"] < 30_000, events
    assert events["acceptedWithSlowFlushes"]["p50Millis"] > 2
    assert events["partOfBare"] > 0 and events["drained"] > 0 and events["drainedPerSecond"] > 0
    assert all(events[beside][what]["errors"] == 0
               for beside in ("calledBesideRunning", "calledBesideWaiting") for what in ("calls", "events"))
    assert "more for each flush" in done.stdout

    settings = report["settings"]
    assert "it refused one with a wrong secret" in settings["signatures"]
    assert settings["logs"].startswith("on:")
    for name in ("machine", "kernel", "JDK", "server", "runtimes", "isolation"):
        assert settings[name]
    assert report["noise"]["spinWorstOverBest"] >= 0 and 0 <= report["noise"]["processorsTakenByOthers"] <= 1
    assert report["targets"] == []
    for heading in ("p50", "p99.9", "x bare", "calls/s", "noise"):
        assert heading in done.stdout
    assert "met " not in done.stdout.lower()


def test_help_lists_the_sets_with_a_line_each():
    done = bench("--help")
    assert done.returncode == 0
    for name in ("default", "warm", "payloads", "memory", "open", "cold", "control", "profile", "isolation", "limits", "logs",
                 "functions", "streams", "async", "smoke"):
        assert f"\n  {name} " in done.stdout
    assert "--json" in done.stdout and "--seconds" in done.stdout


@pytest.mark.parametrize("arguments, said", [(["wram"], "'wram'"), (["--secs", "1"], "--secs"), (["--rounds", "0"], "whole"),
                                             (["smoke", "--only", "nosuch"], "'nosuch'")])
def test_what_does_not_exist_is_named(arguments, said):
    done = bench(*arguments)
    assert done.returncode == 2
    assert said in done.stderr and "bench --help" in done.stderr
    assert "Exception" not in done.stderr
