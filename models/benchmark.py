"""Measure how fast the app is: python -m models.benchmark

Writes ``assets/results/benchmark.json``: five networks on one face beside five plain
``model.predict``, the arithmetic and this machine's rate, detection, more faces at once, the start,
many visitors at once, memory, and where the time goes. Ratios first: times move with the machine.
``--quick`` measures less, prints, and writes nothing. About seven minutes on two cores; leave the
machine alone meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from models.compare import Engine
from models.faces import FaceFinder
from models.images import read_image
from models.study import profile, speed
from models.study.crowd import Card, Met, met, met_while, when_ready
from models.study.machine import hardware, versions
from models.study.server import Server, memory, serving
from models.study.startup import stretches

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "assets" / "results" / "benchmark.json"
EXAMPLES = ROOT / "assets" / "examples"
PHOTOS = ("collins.jpg", "hopper.jpg")
MARKS = (100, 500)  # comparisons after which the server's memory is read
PAUSE = 0.1  # seconds from one page to the next of the visitor who reads while others compare
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
    photo = EXAMPLES / PHOTOS[0]
    card = Card(0, read_image(photo).size, photo.read_bytes())
    result: dict[str, Any] = {
        "command": "python -m models.benchmark",
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "machine": hardware(),
        "versions": versions(),
        "load_before": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "targets": TARGETS,
        **in_process(rounds=3 if options.quick else 15, most=4 if options.quick else 32),
        **asyncio.run(through_server(card, options.quick)),
    }
    result["profile"]["start"] = asyncio.run(start(card))
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
        "profile": {
            "comparison": profile.comparison(engine, crop, rounds),
            "detection": profile.detection(finder, speed.sized(portraits[0]), rounds),
        },
    }


async def through_server(card: Card, quick: bool) -> dict[str, Any]:
    """The start, memory and crowds of visitors, of a real server. card: whom they all ask about."""
    began = time.monotonic()
    with serving() as server:
        crowd = when_ready(server)
        compare = partial(crowd.answer, card)
        async with crowd.client:
            await compare()
            start = time.monotonic() - began
            grown = await growth(server, compare, (10, 20) if quick else MARKS)
            comparisons, pages = {}, {}
            for clients in (1, 4) if quick else (1, 4, 16, 50):
                each = max(2, 64 // clients)
                comparisons[str(clients)] = _figures(await met(compare, clients, each))
                pages[str(clients)] = _figures(await met(crowd.read_page, clients, each))
            many = 4 if quick else 16
            comparing = asyncio.create_task(met(compare, many, each=8))
            meanwhile = await met_while(comparing, crowd.read_page, PAUSE)
    return {
        "start_seconds": start,
        "memory": grown,
        "clients": comparisons,
        "pages": pages,
        "pages_meanwhile": {"comparing": many, **_figures(meanwhile)},
    }


async def growth(
    server: Server, compare: Callable[[], Awaitable[Any]], marks: tuple[int, int]
) -> dict[str, Any]:
    """The server's memory after so many comparisons, of which one was made."""
    sizes, asked = [], 1
    for mark in marks:
        await met(compare, 4, (mark - asked) // 4)
        asked = mark
        sizes.append(memory(server.process.pid))
    first, last = sizes
    return {
        "early_mb": first,
        "late_mb": last,
        "growth": last / first - 1 if first and last else None,
        "peak_mb": memory(server.process.pid, "VmHWM"),
    }


async def start(card: Card) -> dict[str, Any]:
    """What a start of the app does until its first answer, in seconds, watched from inside."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder, "record")
        began = time.time()
        with serving(program=["-m", "models.study.startup", str(record)]) as server:
            crowd = when_ready(server)
            async with crowd.client:
                await crowd.answer(card)
            answered = time.time()
        rows = stretches(record.read_text("utf-8"), began, answered)
    return {"whole_seconds": answered - began, "rows": rows}


def _figures(met: Met) -> dict[str, Any]:
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
