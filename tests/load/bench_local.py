"""How long the local target takes and how much memory it needs: ``make bench-local``.

Each repeat runs, in this order, ``andamio up`` from stopped, ``pulumi up`` without a change, and a reading of the idle
platform's memory; so a change of the machine's speed during the benchmark reaches all figures alike.
"""

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

from tests.local_stack import ROOT, LocalStack

REPEATS = 5
IDLE_S = 20
REPORT = ROOT / "docs" / "benchmarks" / "local.md"
_GIB = 1024**3


@dataclass
class Figure:
    """One measured quantity and the bound it should keep."""

    name: str
    unit: str
    bound: float
    values: list[float] = field(default_factory=list)

    def row(self) -> str:
        """A row of the report's table."""
        low, high = min(self.values), max(self.values)
        median = statistics.median(self.values)
        kept = "kept" if median <= self.bound else "missed"
        return f"| {self.name} | {median:.2f} | {low:.2f} to {high:.2f} | {self.bound:g} | {kept} | {self.unit} |"


def main() -> None:
    """Measure, print and write the report."""
    up = Figure("`make up` from stopped to ready, warm", "s", 60)
    unchanged = Figure("`pulumi up` without a change", "s", 15)
    resident = Figure("idle platform, resident (shared pages counted in each process)", "GiB", 2)
    with tempfile.TemporaryDirectory() as folder:
        stack = LocalStack(Path(folder))
        try:
            stack.run("up")  # the first one also creates the data, which a warm start does not
            arguments = ("up", "--yes", "--skip-preview", "--stack", "minimum-local")
            configuration = ("--config-file", str(stack.home.root / "Pulumi.yaml"))
            environment = dict(stack.environment())
            for repeat in range(REPEATS):
                print(f"repeat {repeat + 1} of {REPEATS}", flush=True)
                stack.run("destroy")
                up.values.append(_seconds(lambda: stack.run("up")))
                unchanged.values.append(
                    _seconds(lambda: stack.pulumi(*arguments, *configuration, environment=environment))
                )
                time.sleep(IDLE_S)  # idle is what is left when the start has settled
                resident.values.append(sum(process.memory_info().rss for process in stack.processes()) / _GIB)
        finally:
            stack.tear_down()
    _report([up, unchanged, resident])


def _seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _report(figures: list[Figure]) -> None:
    machine = f"{os.cpu_count()} cores, {psutil.virtual_memory().total / _GIB:.0f} GiB, {platform.machine()}"
    text = "\n".join(
        [
            "# The local target",
            "",
            f"Measured by `make bench-local` on {datetime.now(UTC):%Y-%m-%d}: {machine}, {REPEATS} repeats in one run.",
            "",
            "| figure | median | spread | bound | | unit |",
            "|---|---|---|---|---|---|",
            *(figure.row() for figure in figures),
            "",
        ]
    )
    print(text)
    REPORT.write_text(text)


if __name__ == "__main__":
    main()
