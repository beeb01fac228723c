"""Write the results table into README.md: python -m models.readme

Every figure of the table comes from ``assets/results/<slug>.json``. ``--check`` changes nothing and
fails where the README's table is not the one those files give.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from scenarios import load_all

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- results: python -m models.readme -->", "<!-- end of results -->"
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


def with_table(readme: str, rows: str) -> str:
    """The README with this table between its two marks. Raises ValueError where it has none."""
    before, found, rest = readme.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not (found and closed):
        raise ValueError(f"README.md lacks the marks {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{rows}\n{END}{after}"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.readme", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--check", action="store_true", help="change nothing, fail if outdated")
    options = parser.parse_args(arguments)
    path = ROOT / "README.md"
    old = path.read_text("utf-8")
    new = with_table(old, table(ROOT / "assets" / "results"))
    if options.check and new != old:
        raise SystemExit("README.md is outdated. Run: python -m models.readme")
    if not options.check:
        path.write_text(new, "utf-8")


if __name__ == "__main__":
    main()
