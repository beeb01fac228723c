"""The lock: every requirement pinned once for each Python and system, with hashes, from nowhere
but the registry that the reader's pip asks; and nothing that an installed package needs is left
out of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
SYSTEMS = (  # sys_platform, platform_system, os_name, platform_machine
    ("linux", "Linux", "posix", "x86_64"),
    ("linux", "Linux", "posix", "aarch64"),
    ("win32", "Windows", "nt", "AMD64"),
    ("darwin", "Darwin", "posix", "arm64"),
)
PLACES = [(python, *system) for python in PYTHONS for system in SYSTEMS]
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Pin:
    """One entry of the lock: what it pins, where, and how many files it lets in."""

    requirement: Requirement
    hashes: int

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        (pinned,) = self.requirement.specifier
        assert pinned.operator == "=="
        return pinned.version


def read_lock() -> list[Pin]:
    """Every entry; a line that continues (backslash) belongs to the entry before it."""
    text = re.sub(r"^\s*#.*\n", "", LOCK.read_text("utf-8"), flags=re.MULTILINE)
    entries = text.replace("\\\n", " ").splitlines()
    return [
        Pin(Requirement(entry.split("--hash")[0]), len(HASH.findall(entry)))
        for entry in entries
        if entry.strip()
    ]


def environment(place: tuple[str, ...]) -> dict[str, str]:
    """What markers are read against on such a computer."""
    python, sys_platform, system, os_name, machine = place
    return {
        "python_version": python,
        "python_full_version": f"{python}.5",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "sys_platform": sys_platform,
        "platform_system": system,
        "os_name": os_name,
        "platform_machine": machine,
        "extra": "",
    }


def applies(requirement: Requirement, surroundings: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(surroundings)


def wanted(surroundings: dict[str, str]) -> list[Requirement]:
    """The lines of requirements.txt that hold there."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    asked = [Requirement(line.split(" #")[0]) for line in lines if line and line[0] != "#"]
    return [requirement for requirement in asked if applies(requirement, surroundings)]


def pinned(surroundings: dict[str, str]) -> dict[str, str]:
    """Version by name there; fails where a name is pinned twice."""
    pins = [pin for pin in read_lock() if applies(pin.requirement, surroundings)]
    versions = {pin.name: pin.version for pin in pins}
    assert len(versions) == len(pins), "a package is pinned twice"
    return versions


@pytest.mark.parametrize("place", PLACES, ids="-".join)
def test_the_lock_pins_what_is_required_once_for_every_python_and_system(
    place: tuple[str, ...],
) -> None:
    surroundings = environment(place)
    versions = pinned(surroundings)

    asked = wanted(surroundings)
    assert len(asked) >= 10
    for requirement in asked:
        version = versions.get(canonicalize_name(requirement.name), "none")
        assert requirement.specifier.contains(version), f"{requirement} is pinned to {version}"


def test_every_entry_has_hashes_and_no_entry_an_address() -> None:
    pins = read_lock()

    assert len(pins) > 60
    assert [str(pin.requirement) for pin in pins if not pin.hashes] == []
    assert not re.search(r"://|--(index|extra|find|trusted)|@ ", LOCK.read_text("utf-8"))


def test_what_the_installed_packages_need_is_in_the_lock_too() -> None:
    """Of this Python and system; of packages installed in another version their own says more."""
    surroundings = {"extra": ""}
    versions = pinned(surroundings)
    installed: dict[str, metadata.Distribution] = {
        canonicalize_name(found.name): found for found in metadata.distributions()
    }
    compared = 0
    for name, version in versions.items():
        if name not in installed or installed[name].version != version:
            continue
        compared += 1
        for line in installed[name].requires or []:
            needed = Requirement(line)
            if applies(needed, surroundings):
                found = versions.get(canonicalize_name(needed.name), "none")
                assert needed.specifier.contains(found, prereleases=True), f"{name}: {needed}"
    assert compared > 20
