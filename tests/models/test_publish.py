"""What would go to the Hub, what goes, and that the app starts with just that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import RepoCard, close_session, constants

from models import publish
from models.study.shipment import ANSWERS, app_files, weights_files
from models.weights import WeightsError
from scenarios import Scenario
from tests.hub_server import TOKEN, FakeHub, Repo, serve
from tests.toys import store, toy_scenario

ROOT = Path(__file__).resolve().parents[2]
# huggingface_hub 2.4 hands its upload to httpx2 in the old way.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")
MODEL, SPACE = "user/weights", "user/sidang"


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A Hub of our own, where somebody is logged in."""
    with serve() as fake:
        for name, value in {
            "ENDPOINT": fake.url,
            "HF_TOKEN_PATH": str(tmp_path / "token"),
            "HF_HUB_DISABLE_XET": True,
            "HF_HUB_DISABLE_TELEMETRY": True,
        }.items():
            monkeypatch.setattr(constants, name, value)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        close_session()
        yield fake
        close_session()


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Two toys, one with a card, and their terms."""
    folder = tmp_path / "weights"
    store(toy_scenario(), folder)
    store(toy_scenario("other"), folder)
    (folder / "toy.md").write_text("# toy\n")
    (folder / "toy.training.json").write_text("{}")
    (folder / "README.md").write_text("# Networks\n\n## Terms\n\nCite the thesis.\n")
    (folder / "notes.txt").write_text("not for others")
    return folder


def run(weights: Path, *arguments: str) -> None:
    publish.main(["--models", str(weights), *arguments])


def hub_of(weights: Path) -> object:
    return json.loads((weights / "manifest.json").read_text("utf-8")).get("hub")


def test_a_dry_run_lists_just_what_goes_and_asks_nobody(
    fake: FakeHub, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (weights / "manifest.json").read_bytes()
    run(weights, "--model", MODEL, "--space", SPACE, "--dry-run")
    listed = capsys.readouterr().out
    assert fake.asked == []
    assert (weights / "manifest.json").read_bytes() == before

    run(weights, "--model", MODEL, "--space", SPACE)
    for kind, name in (("models", MODEL), ("spaces", SPACE)):
        for path, content in fake.repos[kind, name].files.items():
            if path != ".gitattributes":
                assert f"{len(content):>14,}  {path}\n" in listed
    total = sum(len(repo.files) - 1 for repo in fake.repos.values())
    assert sum(line.startswith("  ") for line in listed.splitlines()) == total


def test_weights_go_with_their_cards_and_the_manifest_names_the_commit(
    fake: FakeHub, weights: Path
) -> None:
    run(weights, "--model", MODEL)

    repo = fake.repos["models", MODEL]
    assert set(repo.files) == {
        ".gitattributes",
        "README.md",
        "manifest.json",
        "other.keras",
        "toy.keras",
        "toy.md",
        "toy.training.json",
    }
    assert repo.files["toy.keras"] == (weights / "toy.keras").read_bytes()
    assert "hub" not in json.loads(repo.files["manifest.json"])
    assert hub_of(weights) == {"repo_id": MODEL, "revision": repo.head}
    assert not repo.private
    card = RepoCard(repo.files["README.md"].decode())
    assert card.data.to_dict()["library_name"] == "keras"
    assert "| [toy](toy.md) | disgust, happy, sad | 16 | not measured yet |" in card.text
    assert "Cite the thesis." in card.text


def test_what_has_not_changed_is_not_sent_again(fake: FakeHub, weights: Path) -> None:
    run(weights, "--model", MODEL)
    first = hub_of(weights)
    fake.asked.clear()
    run(weights, "--model", MODEL)

    assert hub_of(weights) == first
    assert not [path for method, path, _ in fake.asked if method == "PUT" or "/commit/" in path]


def test_the_space_gets_the_app_and_the_way_to_the_weights(fake: FakeHub, weights: Path) -> None:
    run(weights, "--model", MODEL, "--space", SPACE, "--private")

    files = fake.repos["spaces", SPACE].files
    assert {"app.py", "README.md", "LICENSE", "requirements.txt"} <= files.keys()
    assert json.loads(files["models/weights/manifest.json"])["hub"] == hub_of(weights)
    assert any(path.startswith(f"{ANSWERS}/") for path in files), (
        "the page about the data reads them"
    )
    unwanted = (".keras", "tests/", "models/train.py", "models/publish.py", "__pycache__")
    assert [path for path in files if any(part in path for part in unwanted)] == []
    assert all(repo.private for repo in fake.repos.values())


def test_files_that_the_app_no_longer_needs_leave_the_space(fake: FakeHub, weights: Path) -> None:
    space = Repo()
    space.commit({"ui/old.py": b"", "notes.md": b"theirs", ".gitattributes": b""})
    fake.repos["spaces", SPACE] = space
    run(weights, "--model", MODEL, "--space", SPACE)

    assert "ui/old.py" not in space.files
    assert space.files["notes.md"] == b"theirs"


def test_a_space_alone_needs_weights_published_before(fake: FakeHub, weights: Path) -> None:
    with pytest.raises(SystemExit, match=r"names no model repository.*--model USER/NAME"):
        run(weights, "--space", SPACE)
    assert fake.asked == []

    run(weights, "--model", MODEL)
    run(weights, "--space", SPACE)
    assert ("spaces", SPACE) in fake.repos


def test_a_network_that_is_not_here_is_left_as_it_is_there(fake: FakeHub, weights: Path) -> None:
    run(weights, "--model", MODEL)
    (weights / "other.keras").unlink()
    run(weights, "--model", MODEL)

    assert "other.keras" in fake.repos["models", MODEL].files


def test_a_damaged_network_is_not_published(fake: FakeHub, weights: Path) -> None:
    (weights / "toy.keras").write_bytes(b"x")
    with pytest.raises(SystemExit, match=r"toy.keras has 1 bytes where the manifest says"):
        run(weights, "--model", MODEL)
    assert fake.asked == []


def test_a_broken_manifest_is_not_published(fake: FakeHub, weights: Path) -> None:
    (weights / "manifest.json").write_text("{")
    for arguments in (["--model", MODEL], ["--space", SPACE]):
        with pytest.raises(SystemExit, match=r"manifest|property name"):
            run(weights, *arguments)
    assert fake.asked == []


def test_nobody_is_logged_in(fake: FakeHub, weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(SystemExit, match="hf auth login"):
        run(weights, "--model", MODEL)
    assert fake.asked == []


def test_a_token_that_is_not_taken(
    fake: FakeHub, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_another")
    with pytest.raises(SystemExit, match=r"does not accept the token.*hf auth login"):
        run(weights, "--model", MODEL)
    assert hub_of(weights) is None
    assert fake.repos == {}


def test_a_plan_that_allows_no_space(fake: FakeHub, weights: Path) -> None:
    fake.refuse_new["spaces"] = 402, "Gradio Spaces on cpu-basic require a subscription"
    with pytest.raises(SystemExit, match=r"402.*require a subscription.*needs a paid plan"):
        run(weights, "--model", MODEL, "--space", SPACE)
    assert hub_of(weights) is not None, "the weights are there"


def test_a_plan_does_not_matter_to_a_space_that_is_there(fake: FakeHub, weights: Path) -> None:
    fake.repos["spaces", SPACE] = Repo()
    fake.repos["spaces", SPACE].commit({})
    fake.refuse_new["spaces"] = 402, "Gradio Spaces on cpu-basic require a subscription"
    run(weights, "--model", MODEL, "--space", SPACE)

    assert "app.py" in fake.repos["spaces", SPACE].files


def test_nobody_answers(fake: FakeHub, weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(SystemExit, match=f"{MODEL} was not published: "):
        run(weights, "--model", MODEL)
    assert (hub_of(weights), fake.asked) == (None, [])


@pytest.mark.parametrize(
    "arguments", [[], ["--model", "weights"], ["--space", "a/b/c"], ["--model", "user/x@main"]]
)
def test_a_command_that_names_no_repository(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        publish.parse(arguments)
    assert stop.value.code == 2
    assert "--model" in capsys.readouterr().err


def test_the_project_s_own_weights_can_be_published() -> None:
    folder = ROOT / "models" / "weights"
    try:
        files = weights_files(folder, ROOT / "assets" / "results", MODEL)
    except WeightsError as error:
        pytest.fail(str(error))
    readme = files["README.md"]
    assert isinstance(readme, bytes)
    card = RepoCard(readme.decode())
    cards = {path.stem for path in folder.glob("*.md")} - {"README"}
    assert {result["name"] for result in card.data.to_dict()["model-index"]} == cards


# Lays the pages out as app.py does, and says what stands in place of the networks that are missing.
BUILD = """
import sys
from pathlib import Path
from models.compare import Engine
from models.faces import FaceFinder
from ui.build import build
from ui.theme import HEAD, css, theme
from ui.uploads import Uploads
import app

options = app.parse(["--models", sys.argv[1]])
engine = Engine(options.models, pin=options.hub)
engine.load()
build(engine, FaceFinder(), uploads=Uploads(Path("uploads")))
theme(), css(), HEAD
print("ready:", *engine.networks)
print("failed:", *sorted({failure.code for failure in engine.failures.values()}))
outside = [
    module.__file__ for module in sys.modules.values()
    if (getattr(module, "__file__", None) or "").startswith(sys.argv[2])
]
assert not outside, outside
"""


def built_in(folder: Path, weights: Path, **surroundings: str) -> list[str]:
    """What a Python says that sees nothing of the project but ``folder``."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(weights), f"{ROOT}{os.sep}ui"],
        cwd=folder,
        env={**bare, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONIOENCODING": "utf-8", **surroundings},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_app_starts_with_just_the_files_of_the_space(
    fake: FakeHub, toy_weights: Path, scenarios: dict[str, Scenario], tmp_path: Path
) -> None:
    sound = {
        path.name: path.read_bytes()
        for path in toy_weights.glob("*.keras")
        if path.stem != "mobilenet"
    }
    commit = fake.model(MODEL, sound)
    space = tmp_path / "space"
    pin = publish.Pin(MODEL, commit)
    for name, content in app_files(ROOT, toy_weights, pin).items():
        path = space / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
    weights = space / "models" / "weights"
    surroundings = {"HF_ENDPOINT": fake.url, "HF_HOME": str(tmp_path / "home")}
    surroundings["HF_HUB_DISABLE_XET"] = "1"

    said = built_in(space, weights, **surroundings)
    fetched = [slug for slug in scenarios if slug != "mobilenet"]
    assert f"ready: {' '.join(fetched)}" in said
    assert "failed: hub_not_found" in said
    assert {sound[name] for name, _ in fake.downloads()} == set(sound.values())
