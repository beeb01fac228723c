"""Measure how fast the app is: python -m models.benchmark

Writes ``assets/results/benchmark.json``: five networks on one face beside five plain
``model.predict``, the arithmetic and this machine's rate, detection, more faces at once, the start,
many visitors at once, memory. Ratios first: times move with the machine. ``--quick`` measures less,
prints, and writes nothing. About six minutes on two cores; leave the machine alone meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from models.compare import Engine
from models.faces import FaceFinder
from models.images import read_image
from models.study import speed, visitors
from models.study.machine import hardware, versions

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "assets" / "results" / "benchmark.json"
EXAMPLES = ROOT / "assets" / "examples"
PHOTOS = ("collins.jpg", "hopper.jpg")
MARKS = (100, 500)  # comparisons after which the server's memory is read
# What the project set itself, on two cores.
TARGETS = {
    "ratio": 8.0,
    "share": 0.6,
    "portrait_ms": 60.0,
    "group_ms": 250.0,
    "start_seconds": 12.0,
    "peak_mb": 2000.0,
    "memory_growth": 0.05,
    "per_second": 4.0,
    "twelve_times_one": 9.0,
}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.benchmark", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--quick", action="store_true", help="a rehearsal that writes nothing")
    options = parser.parse_args(arguments)
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    result = {
        "command": "python -m models.benchmark",
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "machine": hardware(),
        "versions": versions(),
        "load_before": busy,
        "targets": TARGETS,
        **in_process(rounds=3 if options.quick else 15, most=4 if options.quick else 32),
        **through_server(options.quick),
    }
    written = json.dumps(result, indent=1) + "\n"
    print(written)
    if not options.quick:
        RESULT.write_text(written, "utf-8")


def in_process(rounds: int, most: int) -> dict[str, Any]:
    """What needs no server; most: faces at once."""
    engine, finder = Engine(ROOT / "models" / "weights"), FaceFinder()
    engine.load()
    portraits = [read_image(EXAMPLES / name) for name in PHOTOS]
    crop = finder.find(portraits[0])[0].crop
    few = max(2, rounds // 3)
    faces = [n for n in (1, 2, 4, 8, 12, 16, 32) if n <= most]
    return {
        **speed.networks(engine, crop, rounds),
        "growth": speed.growth(engine, crop, faces, few),
        "detection": speed.detection(finder, portraits, rounds),
    }


def through_server(quick: bool) -> dict[str, Any]:
    """The start, crowds of visitors and memory, of a real server."""
    photo = (EXAMPLES / PHOTOS[0]).read_bytes()
    began = time.perf_counter()
    with visitors.serving() as server:
        visitors.ask_when_ready(server, photo)
        start = time.perf_counter() - began
        compare = partial(visitors.ask, server.address, photo)
        page = partial(visitors.read_page, server.address)
        sizes, asked = [], 1
        for mark in (10, 20) if quick else MARKS:
            visitors.crowd(compare, 4, (mark - asked) // 4)
            asked, size = mark, server.memory()
            sizes.append(size)
        peak = server.memory("VmHWM")
        comparisons, pages = {}, {}
        for clients in (1, 4) if quick else (1, 4, 16, 50):
            each = max(2, 64 // clients)
            comparisons[str(clients)] = _figures(visitors.crowd(compare, clients, each))
            pages[str(clients)] = _figures(visitors.crowd(page, clients, each))
    first, last = sizes
    return {
        "start_seconds": start,
        "memory": {
            "early_mb": first,
            "late_mb": last,
            "growth": last / first - 1 if first and last else None,
            "peak_mb": peak,
        },
        "clients": comparisons,
        "pages": pages,
    }


def _figures(met: visitors.Crowd) -> dict[str, Any]:
    """p50 and p95 in milliseconds, answers a second, failures."""
    middle, late = np.percentile(met.waits, (50, 95)) * 1000 if met.waits else (None, None)
    return {
        "answered": len(met.waits),
        "failed": met.failed,
        "p50_ms": middle,
        "p95_ms": late,
        "per_second": len(met.waits) / met.seconds,
    }


if __name__ == "__main__":
    main()
