"""Let a crowd loose on the app on this computer: python -m models.load

Starts the app, asks for each photo alone, and then

1. 50 visitors ask at a steady rate for ten minutes;
2. 200 ask at once;
3. more ask at once than may wait, and come again when they are told to.

Every visitor has a photo of a size of its own and checks the answer against the one given when
nobody else asked. Writes ``assets/results/load.json``; a shorter or smaller run, which is no
measurement, only prints. On two busy cores a run takes about twenty minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.study.crowd import (
    Card,
    Crowd,
    Visit,
    draw_cards,
    is_answer_to,
    overtaken,
    when_ready,
)
from models.study.server import memory, serving

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "assets" / "results" / "load.json"
EXAMPLES = ROOT / "assets" / "examples"
SAMPLE_SECONDS = 5.0  # between two looks at the app's memory
AFTERWARDS = 5  # photos that are asked one by one when the crowd has gone


@dataclass(frozen=True)
class Plan:
    """How large a crowd, for how long. seconds: from one photo of a visitor to the next."""

    visitors: int = 50
    minutes: float = 10.0
    seconds: float = 60.0
    at_once: int = 200
    too_many: int = 240


async def watch(process: int, samples: list[float]) -> None:
    """Add to ``samples`` what the process holds of this computer's memory, MB, until cancelled."""
    while True:
        found = memory(process)
        if found is not None:
            samples.append(found)
        await asyncio.sleep(SAMPLE_SECONDS)


async def crowd(visitors: Crowd, process: int, plan: Plan) -> dict[str, Any]:
    """All three rounds, and what came of them. process: the app's."""
    samples: list[float] = []
    cards = draw_cards(sorted(EXAMPLES.glob("*.jpg")), max(plan.at_once, plan.too_many))
    async with visitors.client:
        alone = [await visitors.visit(card) for card in cards]
        if problems := [visit.problem for visit in alone if visit.problem]:
            raise RuntimeError(f"Even alone there was no answer: {problems[0]}")
        watching = asyncio.create_task(watch(process, samples))
        rounds = {"alone": alone, "steady": await steady(visitors, cards, plan)}
        watching.cancel()
        for name, count in (("at_once", plan.at_once), ("too_many", plan.too_many)):
            rounds[name] = await asyncio.gather(*(visitors.visit(card) for card in cards[:count]))
        rounds["afterwards"] = [await visitors.visit(card) for card in cards[:AFTERWARDS]]
    answers = [visit.answer for visit in alone]
    return {
        "rounds": {name: described(cards, answers, visits) for name, visits in rounds.items()},
        "memory": remembered(samples, memory(process)),
    }


async def steady(visitors: Crowd, cards: Sequence[Card], plan: Plan) -> list[Visit]:
    """Each visitor asks every ``plan.seconds``, not all at the same moment."""
    began = time.monotonic()
    end = began + 60 * plan.minutes

    async def one(number: int) -> list[Visit]:
        visits = []
        due = began + plan.seconds * number / plan.visitors
        while due < end:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            visits.append(await visitors.visit(cards[number]))
            due = max(due + plan.seconds, time.monotonic())
        return visits

    found = await asyncio.gather(*(one(number) for number in range(plan.visitors)))
    return [visit for visits in found for visit in visits]


def described(
    cards: Sequence[Card], answers: Sequence[Any], visits: Sequence[Visit]
) -> dict[str, Any]:
    """The figures of one round. answers: what each photo's is."""
    lost = [visit for visit in visits if visit.problem is not None]
    there = [visit for visit in visits if visit.problem is None]
    crossed = [v for v in there if not is_answer_to(cards[v.card], answers[v.card], v.answer)]
    seconds = sorted(visit.answered - visit.began for visit in there)
    refusals = [sentence for visit in visits for sentence in visit.refusals]
    return {
        "asked": len(visits),
        "answered": len(there),
        "lost": len(lost),
        "crossed": len(crossed),
        "out_of_turn": overtaken(visits),
        "told_to_come_again": sum(bool(visit.refusals) for visit in visits),
        "told": refusals[:1],
        "furthest_back": max((place for visit in visits for place in visit.told), default=0),
        "problems": sorted({str(visit.problem) for visit in lost})[:5],
        "seconds": {
            "median": round(statistics.median(seconds), 3),
            "95 %": round(seconds[int(0.95 * (len(seconds) - 1))], 3),
            "longest": round(seconds[-1], 3),
        }
        if seconds
        else None,
    }


def remembered(samples: Sequence[float], afterwards: float | None) -> dict[str, Any] | None:
    """MB during the steady round; None where nothing could be seen."""
    if not samples or afterwards is None:
        return None
    third = max(1, len(samples) // 3)
    return {
        "first third": round(statistics.median(samples[:third])),
        "last third": round(statistics.median(samples[-third:])),
        "largest": round(max(samples)),
        "after all rounds": round(afterwards),
    }


def run(app: Sequence[str], plan: Plan) -> dict[str, Any]:
    """Start the app, let the crowd loose, stop the app. app: its own options."""
    with serving(app) as server:
        return asyncio.run(crowd(when_ready(server), server.process.pid, plan))


def main(arguments: list[str] | None = None) -> None:
    plan = Plan()
    parser = argparse.ArgumentParser(prog="python -m models.load", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--visitors", type=int, default=plan.visitors)
    parser.add_argument("--minutes", type=float, default=plan.minutes)
    parser.add_argument("--seconds", type=float, default=plan.seconds, help="between two photos")
    parser.add_argument("--at-once", type=int, default=plan.at_once)
    parser.add_argument("--too-many", type=int, default=plan.too_many)
    parser.add_argument("--models", help="as of app.py")
    options = parser.parse_args(arguments)
    models = ["--models", options.models] if options.models else []
    given = {name: value for name, value in vars(options).items() if name != "models"}
    found = run(models, Plan(**given))
    from models.study.machine import hardware  # after the run: it loads TensorFlow

    report = {
        **found,
        "plan": given,
        "command": "python -m models.load",
        "hardware": hardware(),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }
    written = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    print(written)
    if Plan(**given) == plan and not models:
        REPORT.write_text(written, "utf-8")
        print(f"Written to {REPORT}")


if __name__ == "__main__":
    main()
