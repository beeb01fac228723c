"""WHAT is compared: one file a scenario, and the contract they share.

``load_all()`` finds every module of this package that holds a ``SCENARIO``: a sixth scenario is
one new file, and no list here needs a second edit.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from scenarios.contract import EMOTIONS, Scenario

__all__ = ["EMOTIONS", "Scenario", "load_all"]


def load_all() -> dict[str, Scenario]:
    """Every scenario by slug, by its ``order``.

    Raises ValueError where a scenario's slug is not its file's name.
    """
    found = {}
    for module in iter_modules(__path__):
        scenario = getattr(import_module(f"{__name__}.{module.name}"), "SCENARIO", None)
        if scenario is None:
            continue
        if scenario.slug != module.name:
            raise ValueError(
                f"scenarios/{module.name}.py holds a scenario called {scenario.slug!r}"
            )
        found[scenario.slug] = scenario
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))
