"""Zips from strangers: photos come out of them, and nothing else happens."""

from __future__ import annotations

import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from models import archive
from models.archive import ArchiveRefused, PhotoArchive, folder_label, is_archive
from models.refusals import MAX_BYTES, ImageRefused
from tests import zips

LABELS = {"marah": "angry", "angry": "angry", "senang": "happy", "happy": "happy"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "set.zip"


def refusal(path: Path) -> str:
    with pytest.raises(ArchiveRefused) as refused:
        PhotoArchive(path).close()
    return refused.value.code


def read(path: Path) -> dict[str, bytes | str]:
    """Each member's bytes, or the code of its refusal."""
    found: dict[str, bytes | str] = {}
    with PhotoArchive(path) as opened:
        for member in opened.members:
            try:
                found[member.name] = opened.read(member)
            except (ArchiveRefused, ImageRefused) as refused:
                found[member.name] = refused.code
    return found


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_files_are_read_in_order_and_whole(path: Path, method: int) -> None:
    members = zips.set_of_faces(3)
    zips.write_zip(path, members, method)

    found = read(path)

    assert found == members
    assert list(found) == list(members)


def test_folders_and_junk_are_no_photos(path: Path) -> None:
    junk = ("__MACOSX/a/._1.png", "a/.DS_Store", ".hidden/1.png", "a/Thumbs.db", "a/desktop.ini")
    zips.write_zip(path, {"a/": b"", "a/1.png": b"photo", **dict.fromkeys(junk, b"junk")})

    assert read(path) == {"a/1.png": b"photo"}


def test_windows_separators_are_folders_too(path: Path) -> None:
    zips.write_zip(path, {"test\\marah\\1.png": b"photo"})

    (name,) = read(path)
    assert folder_label(name, LABELS) == "angry"


def test_paths_and_links_lead_nowhere(path: Path, tmp_path: Path) -> None:
    before = {"set.zip"}
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("../../marah/out.png", b"photo")
        made.writestr("/etc/cron.d/senang/x.png", b"photo")
        made.writestr(zips.link("marah/link.png"), "/etc/passwd")

    assert read(path) == {
        "../../marah/out.png": b"photo",
        "/etc/cron.d/senang/x.png": b"photo",
        "marah/link.png": "member",
    }
    assert {file.name for file in tmp_path.iterdir()} == before, "nothing is unpacked"


def test_an_archive_inside_is_not_opened(path: Path) -> None:
    inner = zips.zipped({"marah/1.png": b"photo"})
    zips.write_zip(path, {"marah/more.png": inner, "a.gz": b"\x1f\x8b\x08" + bytes(20)})

    assert read(path) == {"marah/more.png": "nested", "a.gz": "nested"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_expands_without_bound_is_not_read(path: Path, method: int) -> None:
    zips.write_zip(path, {"marah/1.png": bytes(1000)}, method)

    assert read(path) == {"marah/1.png": "member"}


def test_a_password_is_said(path: Path) -> None:
    zips.write_zip(path, zips.set_of_faces(1))
    zips.lock(path)

    assert refusal(path) == "encrypted"


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("not_a_zip", b""),
        ("not_a_zip", b"no zip at all" * 100),
        ("not_a_zip", b"PK\x03\x04" + bytes(200)),
        ("no_photos", zips.zipped({})),
        ("no_photos", zips.zipped({"__MACOSX/._a": b"junk", "a/": b""})),
    ],
)
def test_what_holds_no_photos_is_refused(path: Path, code: str, content: bytes) -> None:
    path.write_bytes(content)

    assert refusal(path) == code


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.zip") == "unreadable"


def test_too_many_photos_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_PHOTOS", 3)
    zips.write_zip(path, {f"{number}.png": b"photo" for number in range(3)})
    assert len(read(path)) == 3

    zips.write_zip(path, {f"{number}.png": b"photo" for number in range(4)})
    assert refusal(path) == "too_many"


def test_a_huge_directory_is_refused_before_it_is_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*_: object) -> None:
        raise AssertionError("zipfile made an object of every entry")

    zips.write_zip(path, {f"{number}/": b"" for number in range(30)})
    monkeypatch.setattr(archive, "MAX_ENTRIES", 29)
    monkeypatch.setattr(archive, "BLOCK", 7)  # signatures lie across blocks
    monkeypatch.setattr(zipfile, "ZipFile", opened)

    assert refusal(path) == "too_many"


def test_a_bomb_is_refused_by_its_ratio(path: Path) -> None:
    zips.write_zip(path, {f"{number}.png": bytes(MAX_BYTES) for number in range(4)})
    assert path.stat().st_size < 1_000_000

    assert refusal(path) == "too_large"


def test_a_bomb_is_refused_by_its_size(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_EXPANDED", 2_500)
    zips.write_zip(path, dict.fromkeys(("a.png", "b.png"), b"0123456789" * 125))
    assert len(read(path)) == 2

    zips.write_zip(path, dict.fromkeys(("a.png", "b.png", "c.png"), b"0123456789" * 125))
    assert refusal(path) == "too_large"


def test_one_heavy_file_does_not_cost_the_others(path: Path) -> None:
    zips.write_zip(path, {"film.mov": bytes(MAX_BYTES + 1), "marah/1.png": b"photo"})

    assert read(path) == {"film.mov": "too_heavy", "marah/1.png": b"photo"}


def test_a_file_that_unpacks_to_more_than_promised_costs_no_memory(path: Path) -> None:
    zips.write_zip(path, {"marah/1.png": bytes(60_000_000)})
    zips.promise(path, 100)

    tracemalloc.start()
    found = read(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found == {"marah/1.png": "member"}
    assert most < 5_000_000


def test_a_file_that_unpacks_to_less_than_promised_is_damaged(path: Path) -> None:
    zips.write_zip(path, {"marah/1.png": b"photo"})
    zips.promise(path, 1000)

    assert read(path) == {"marah/1.png": "member"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_no_damage_lets_another_exception_escape(path: Path) -> None:
    """Zips cut anywhere and zips with a few bytes overwritten: files or refusals."""
    whole = zips.zipped(zips.set_of_faces(1) | {"marah/\N{LATIN SMALL LETTER E WITH ACUTE}": b"x"})
    dice = random.Random(0)
    outcomes = set()
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 3, 12))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        for damaged in (bytes(data), whole[: dice.randrange(1, len(whole))]):
            path.write_bytes(damaged)
            try:
                outcomes |= {
                    found if isinstance(found, str) else "" for found in read(path).values()
                }
            except ArchiveRefused as refused:
                outcomes.add(refused.code)

    assert {"", "member", "not_a_zip"} <= outcomes


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("marah/1.png", "angry"),
        ("MARAH/1.png", "angry"),
        ("test/Happy/1.png", "happy"),
        ("a/b/ senang /1.png", "happy"),
        ("happy/marah/1.png", "angry"),
        ("marah/subject 3/1.png", "angry"),
        ("marah.png", None),
        ("marahan/1.png", None),
        ("1.png", None),
    ],
)
def test_the_nearest_folder_says_the_truth(name: str, label: str | None) -> None:
    assert folder_label(name, LABELS) == label


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (zips.zipped({"a": b""}), "photo.jpg", True),
        (zips.zipped({}), "empty", True),
        (b"no zip", "set.ZIP", True),
        (zips.face("happy"), "photo.png", False),
        (b"", "photo.png", False),
    ],
)
def test_a_zip_is_known_by_its_beginning_or_its_name(
    path: Path, content: bytes, name: str, expected: bool
) -> None:
    path.write_bytes(content)

    assert is_archive(path, name) is expected


def test_a_swept_file_is_no_archive(tmp_path: Path) -> None:
    assert is_archive(tmp_path / "gone", "photo.png") is False
    assert is_archive(tmp_path / "gone", "set.zip") is True
