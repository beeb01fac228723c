"""Write the tables of results and of speed into README.md: python -m models.readme

Every figure comes from ``assets/results/<slug>.json``, ``subset.json`` and ``benchmark.json``.
``--check`` changes nothing and fails where a table of the README is not the one those files give.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from scenarios import load_all

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- results: python -m models.readme -->", "<!-- end of results -->"
SPEED = "<!-- speed: python -m models.benchmark && python -m models.readme -->"
SPEED_END = "<!-- end of speed -->"
DATASETS = {"fer2013": "FER-2013", "mma": "MMA"}


def table(folder: Path) -> str:
    """The table, a row a scenario; one without a results file is said to be not measured yet."""
    lines = [
        "| scenario | exam | images | accuracy (95 % interval) | balanced accuracy | macro-F1 "
        "| always the commonest |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for slug in load_all():
        path = folder / f"{slug}.json"
        if path.exists():
            lines.append(_row(slug, json.loads(path.read_text("utf-8"))))
        else:
            lines.append(f"| `{slug}` | not measured yet | | | | | |")
    return "\n".join(lines)


def _row(slug: str, result: dict[str, Any]) -> str:
    accuracy, baseline = result["accuracy"], result["majority_baseline"]
    return (
        f"| `{slug}` | {DATASETS[result['dataset']]} {result['split']} | {result['n']:,} "
        f"| {accuracy['value']:.1%} ({accuracy['low']:.1%} to {accuracy['high']:.1%}) "
        f"| {result['balanced_accuracy']['value']:.3f} | {result['macro_f1']['value']:.3f} "
        f"| {baseline['accuracy']:.1%} ({baseline['emotion']}) |"
    )


def fewer_images(folder: Path) -> str:
    """What the same recipes give on a part of the images; "" where nothing like that was measured.

    Only networks whose results on all images stand in the table, trained by the same recipe.
    """
    path = folder / "subset.json"
    if not path.exists():
        return ""
    said = []
    for model in json.loads(path.read_text("utf-8"))["models"]:
        result = json.loads((folder / f"{model['scenario']}.json").read_text("utf-8"))
        if model["same_recipe"] and result["weights"]["sha256"] == model["whole_weights_sha256"]:
            said.append(_on_fewer(model))
    return "".join(f"\n\n{sentence}" for sentence in said)


def _on_fewer(model: dict[str, Any]) -> str:
    drawn, everything = model["drawn"], model["parts"]["all"]
    accuracy = everything["subset"]["accuracy"]["value"]
    balanced = everything["subset"]["balanced_accuracy"]["value"]
    gain = everything["gain"]["balanced_accuracy"]
    return (
        f"`{model['scenario']}` by the same recipe on a random {drawn['images']:,} of the "
        f"{drawn['of']:,} training images: accuracy {accuracy:.1%}, balanced accuracy "
        f"{balanced:.3f}; all images give {gain['value']:+.3f} ({gain['low']:+.3f} to "
        f"{gain['high']:+.3f}) of the latter."
    )


def speed_table(path: Path) -> str:
    """What ``models.benchmark`` measured beside its targets, a row each."""
    if not path.exists():
        return "Not measured yet."
    found = json.loads(path.read_text("utf-8"))
    targets, together, memory = found["targets"], found["together"], found["memory"]
    many, detection = found["clients"]["16"], found["detection"]
    grown = memory["growth"]
    rows = [
        (
            "five `model.predict` over ours, one face",
            f"{together['ratio']:.1f}x",
            f"≥ {targets['ratio']:g}x",
        ),
        (
            "arithmetic rate over matrix-product rate",
            f"{found['arithmetic']['share']:.2f}",
            f"≥ {targets['share']:g}",
        ),
        (
            "12 faces over 1",
            f"{found['growth']['12']['times_one']:.1f}x",
            f"≤ {targets['twelve_times_one']:g}x",
        ),
        ("all networks on one face", f"{together['ours_ms']:.0f} ms", ""),
        (
            f"detection, portrait / {detection['group']['faces']} faces",
            f"{detection['portrait']['ms']:.0f} / {detection['group']['ms']:.0f} ms",
            f"≤ {targets['portrait_ms']:g} / {targets['group_ms']:g} ms",
        ),
        (
            "start to first answer",
            f"{found['start_seconds']:.1f} s",
            f"≤ {targets['start_seconds']:g} s",
        ),
        (
            "peak memory of the server; growth",
            f"{memory['peak_mb'] or 0:.0f} MB; {grown or 0:.1%}",
            f"≤ {targets['peak_mb']:g} MB; {targets['memory_growth']:.0%}",
        ),
        (
            "16 clients at once",
            f"{many['per_second']:.1f} a second, {many['failed']} failed",
            f"≥ {targets['per_second']:g}, 0",
        ),
    ]
    if "pages_meanwhile" in found:
        pages = found["pages_meanwhile"]
        what = f"first page while {pages['comparing']} clients compare, p50 / p95"
        rows.append((what, f"{pages['p50_ms'] or 0:.0f} / {pages['p95_ms'] or 0:.0f} ms", ""))
    lines = ["| what | measured | target |", "| --- | --- | --- |"]
    lines += [f"| {what} | {measured} | {target} |" for what, measured, target in rows]
    busy = found["load_before"]
    load = "" if busy is None else f", load {busy:.1f} before it began"
    return "\n".join([*lines, "", f"{found['machine']}; {found['date'][:10]}{load}."])


def with_table(readme: str, rows: str, begin: str = BEGIN, end: str = END) -> str:
    """The README with this table between two marks. Raises ValueError where it has none."""
    before, found, rest = readme.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"README.md lacks the marks {begin} and {end}")
    return f"{before}{begin}\n{rows}\n{end}{after}"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.readme", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--check", action="store_true", help="change nothing, fail if outdated")
    options = parser.parse_args(arguments)
    path = ROOT / "README.md"
    old = path.read_text("utf-8")
    results = ROOT / "assets" / "results"
    new = with_table(old, table(results) + fewer_images(results))
    new = with_table(new, speed_table(results / "benchmark.json"), SPEED, SPEED_END)
    if options.check and new != old:
        raise SystemExit("README.md is outdated. Run: python -m models.readme")
    if not options.check:
        path.write_text(new, "utf-8")


if __name__ == "__main__":
    main()
