"""`make bench`: every measurement, into benchmarks/results.json and the table of docs/performance.md.

`python -m benchmarks intake running` takes those sections anew and keeps the other figures.

Each section runs in a process of its own: Django's settings are read once in a process.
"""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
SECTION_TIMEOUT_SECONDS = 900

SECTIONS = ("business_time", "mail_reading", "intake", "portal", "running", "million", "assigning")
TARGETS = {
    "intake.whole_line_per_second": "at least 300, aim 1,000",
    "portal.worst_page_p95_ms": "under 40",
    "portal.crowd_seconds": "200 people, no error",
    "portal.requests_per_second": "at least 250",
    "million.cost_ratio": "at most 1.3",
    "million.queue_p95_ms": "under 60",
    "million.search_common_p95_ms": "under 150",
    "million.search_rare_p95_ms": "under 150",
    "million.queries_most": "at most 15",
    "assigning.one_p95_ms": "under 10",
    "assigning.waiting_seconds": "under 5, of 10,000",
    "running.serves_after_seconds": "within 10",
    "running.idle_memory_mb": "under 400",
    "running.demo_load_seconds": "under 20",
}


def main() -> None:
    sections = sys.argv[1:] or SECTIONS
    kept = json.loads(RESULTS.read_text())["figures"] if sys.argv[1:] and RESULTS.exists() else {}
    figures: dict[str, float] = {name: kept[name] for name in kept if name.split(".")[0] not in sections}
    for section in sections:
        print(f"→ {section}", flush=True)
        finished = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{section}"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            timeout=SECTION_TIMEOUT_SECONDS,
            check=True,
        )
        for name, value in json.loads(finished.stdout).items():
            figures[f"{section}.{name}"] = round(value, 2)
            print(f"  {name}: {value:,.2f}", flush=True)
    date = datetime.now(UTC).date().isoformat()
    RESULTS.write_text(json.dumps({"machine": machine(), "date": date, "figures": figures}, indent=2) + "\n")
    write_page(date, figures)


def machine() -> str:
    """Cores, memory and processor, as figures are read by."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    names = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    processor = names[0] if names else platform.processor()
    return f"{os.cpu_count()} cores, {memory_gib:.0f} GiB, {processor}, Python {platform.python_version()}"


def write_page(date: str, figures: dict[str, float]) -> None:
    lines = [
        BEGIN,
        "",
        f"Taken on {date}: {machine()}.",
        "",
        "| figure | measured | target |",
        "|---|---:|---|",
        *(f"| `{name}` | {value:,.2f} | {TARGETS.get(name, '')} |" for name, value in figures.items()),
        "",
        END,
    ]
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text(before + "\n".join(lines) + after)


if __name__ == "__main__":
    main()
