"""What goes on a stick: the app, whole networks, wheels with the lock's checksums."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from huggingface_hub import close_session, constants

import app
from models import stick
from tests.hub_server import serve
from tests.toys import store, toy_scenario

ROOT = Path(app.__file__).resolve().parent


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A toy whose manifest also names a repository."""
    folder = tmp_path / "weights"
    store(toy_scenario(), folder)
    path = folder / "manifest.json"
    hub = {"repo_id": "user/weights", "revision": "0" * 40}
    path.write_text(json.dumps({"hub": hub, **json.loads(path.read_text("utf-8"))}), "utf-8")
    return folder


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where pip finds the one package there is; it can ask nobody else."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    about = "toy_package-1.0.dist-info"
    with zipfile.ZipFile(folder / "toy_package-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: toy-package\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{about}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def lock_of(wheel: Path, folder: Path) -> Path:
    path = folder / "requirements.lock"
    path.write_text(
        f"toy-package==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
    )
    return path


def test_the_stick_holds_the_app_its_networks_and_the_lock(weights: Path, tmp_path: Path) -> None:
    files = stick.stick_files(ROOT, weights)
    folder = tmp_path / "a stick é"
    stick.put(files, folder)

    assert (folder / "app.py").read_bytes() == (ROOT / "app.py").read_bytes()
    assert (folder / "requirements.lock").read_bytes() == (ROOT / "requirements.lock").read_bytes()
    there = folder / app.WEIGHTS.relative_to(ROOT)
    assert (there / "toy.keras").read_bytes() == (weights / "toy.keras").read_bytes()
    manifest = json.loads((there / "manifest.json").read_text("utf-8"))
    assert "hub" not in manifest, "there nothing can be fetched"
    assert manifest["models"].keys() == {"toy"}


def test_a_network_that_is_not_whole_is_fetched_or_refused(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = (weights / "toy.keras").read_bytes()
    (weights / "toy.keras").write_bytes(whole[:-1])
    with serve() as fake:
        pin_to(weights, fake.model("user/weights", {"toy.keras": whole}))
        for name, value in {
            "ENDPOINT": fake.url,
            "HUGGINGFACE_CO_URL_TEMPLATE": fake.url + "/{repo_id}/resolve/{revision}/{filename}",
            "HF_HUB_CACHE": str(tmp_path / "cache"),
            "HF_HUB_DISABLE_XET": True,
        }.items():
            monkeypatch.setattr(constants, name, value)
        close_session()
        path = stick.stick_files(ROOT, weights)["models/weights/toy.keras"]
        assert isinstance(path, Path)
        assert path.read_bytes() == whole

    pin_to(weights, None)
    with pytest.raises(SystemExit, match=r"models.stick: .*toy.keras has \d+ bytes"):
        stick.main([str(tmp_path / "stick"), "--models", str(weights)])
    assert not (tmp_path / "stick").exists()


def pin_to(weights: Path, commit: str | None) -> None:
    path = weights / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["hub"] = commit and {"repo_id": "user/weights", "revision": commit}
    path.write_text(json.dumps(manifest), "utf-8")


def test_pip_fetches_the_wheels_the_lock_names_and_no_others(shelf: Path, tmp_path: Path) -> None:
    (wheel,) = shelf.iterdir()
    lock, there = lock_of(wheel, tmp_path), tmp_path / "wheels"

    assert stick.download_wheels(lock, there)
    assert [path.name for path in there.iterdir()] == [wheel.name]

    with wheel.open("ab") as file:
        file.write(b"changed")
    assert not stick.download_wheels(lock, tmp_path / "others")


def test_without_every_wheel_the_stick_is_not_called_ready(
    shelf: Path, weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shelf.exists()  # and holds nothing of what the project's lock pins
    with pytest.raises(SystemExit, match="could not fetch every wheel"):
        stick.main([str(tmp_path / "stick"), "--models", str(weights)])
    assert "written" not in capsys.readouterr().out


@pytest.mark.parametrize("system", ["Linux", "Darwin", "Windows"])
def test_the_command_for_there_is_the_documented_one(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.python_version_tuple", lambda: ("3", "12", "1"))

    assert f"\n{stick.start_command()}\n" in (ROOT / "HOSTING.md").read_text("utf-8")
