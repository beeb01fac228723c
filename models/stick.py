"""Prepare a USB stick for a computer without a network: python -m models.stick FOLDER

Puts there the app with the files it needs, its networks (each held against its checksum; one that
is not whole here is fetched from the Hub, where the manifest names a repository), and a wheel of
everything that requirements.lock pins, for this system and this version of Python. Then says which
command installs and starts it there. Run it again on another system, or with another Python, to add
the wheels of that one.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from models.study.shipment import Files, app_files
from models.weights import WeightsError, find_hub, read_manifest, whole_file

ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements.lock"
INSTALL = "install --no-index --find-links wheels -r requirements.lock"
# The virtual environment stands on the computer: a stick's FAT has no links, and is slow.
START = {
    "Windows": r'py -{python} -m venv "%USERPROFILE%\sidang" && "%USERPROFILE%\sidang\Scripts\pip" '
    rf'{INSTALL} && "%USERPROFILE%\sidang\Scripts\python" app.py',
    "": f"python{{python}} -m venv ~/sidang && ~/sidang/bin/pip {INSTALL} "
    "&& ~/sidang/bin/python app.py",
}


def stick_files(root: Path, weights: Path) -> Files:
    """The app with its lock, and its networks. Raises WeightsError where a network is not whole
    and cannot be fetched."""
    files = app_files(root, weights, None)
    source = find_hub(weights)
    for slug, entry in read_manifest(weights).items():
        files[f"models/weights/{entry.file}"] = whole_file(entry, slug, weights, source)
    return files


def put(files: Files, folder: Path) -> None:
    """Write every file under ``folder``. Raises OSError."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            shutil.copyfile(content, path)


def download_wheels(lock: Path, folder: Path) -> bool:
    """Let pip put there a wheel of everything the lock pins; whether it could."""
    command = [sys.executable, "-m", "pip", "download", "--only-binary", ":all:"]
    command += ["--require-hashes", "-r", str(lock), "-d", str(folder)]
    return subprocess.run(command, check=False).returncode == 0


def start_command() -> str:
    """What installs and starts the app from the folder, on this system with this Python."""
    python = ".".join(platform.python_version_tuple()[:2])
    return START.get(platform.system(), START[""]).format(python=python)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.stick", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="on the stick; made if needed")
    parser.add_argument("--models", type=Path, default=ROOT / "models" / "weights", metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        files = stick_files(ROOT, options.models)
        put(files, options.folder)
    except (WeightsError, OSError, shutil.Error) as error:
        raise SystemExit(f"models.stick: {error}") from error
    if not download_wheels(ROOT / LOCK, options.folder / "wheels"):
        raise SystemExit("models.stick: pip could not fetch every wheel, it says why above.")
    size = sum(path.stat().st_size for path in options.folder.rglob("*") if path.is_file())
    print(f"\nwritten: {options.folder} ({size / 1e6:,.0f} MB)")
    print(f"There, in that folder, without a network:\n{start_command()}")


if __name__ == "__main__":
    main()
