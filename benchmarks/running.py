"""The demo body as a newcomer meets it: loading, the second start, and what everything weighs when nobody does anything."""

import json
import sys
import time
import urllib.request
from pathlib import Path

from benchmarks.installation import free_port, fresh_home, program, wait_for_port

SETTLING_SECONDS = 20


def main() -> dict[str, float]:
    with fresh_home() as home:
        variables = {
            "VENTANILLA_DEMO": "1",
            "VENTANILLA_PORT": str(free_port()),
            "VENTANILLA_MAIL_PORT": str(free_port()),
        }
        with program("migrate", home=home, **variables) as migrating:
            migrating.wait(120)
        begun = time.perf_counter()
        with program("demo", home=home, **variables) as loading:
            loading.wait(120)
            loaded = time.perf_counter() - begun
        begun = time.perf_counter()
        with program("run", "--demo", home=home, **variables) as process:
            _wait(int(variables["VENTANILLA_PORT"]))
            served = time.perf_counter() - begun
            time.sleep(SETTLING_SECONDS)
            memory = proportional_memory_mb(process.pid, home)
        return {
            "demo_load_seconds": loaded,
            "serves_after_seconds": served,
            "idle_memory_mb": memory,
        }


def _wait(port: int) -> None:
    wait_for_port(port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/ingresar/", timeout=120) as answer:
        assert answer.status == 200


def proportional_memory_mb(pid: int, home: Path) -> float:
    """PSS of the program and of every process of its database: shared pages count once."""
    postmaster = next(home.rglob("postmaster.pid")).read_text().splitlines()[0]
    family = {str(pid), postmaster}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if f"PPid:\t{postmaster}\n" in status.read_text():
                family.add(status.parent.name)
        except OSError:
            continue
    total = 0
    for member in family:
        lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
