"""The photo with its face boxes: where they stand, and the sentence on what was found."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from models.faces import Face
from tests.ui.markup import parse, piece, pieces, style, words
from ui.photo import SHOWN_SIDE, render_photo
from ui.reading import Reading
from ui.text import LANGUAGES, load_text

PHOTO = Image.new("RGB", (400, 200), (10, 200, 30))


def face(x: int, y: int, width: int, height: int, *, detected: bool = True) -> Face:
    crop = np.zeros((48, 48, 3), dtype=np.uint8)
    return Face((x, y, width, height), 0.99 if detected else 0.0, detected, crop, ())


def reading(photo: Image.Image, faces: list[Face], found: int | None = None) -> Reading:
    return Reading(photo, len(faces) if found is None else found, tuple(faces), ())


def test_a_box_stands_in_percent_of_the_photo() -> None:
    tree = parse(render_photo(load_text("id"), reading(PHOTO, [face(100, 50, 200, 100)]), "faces"))

    place = style(piece(tree, "face-box"))

    assert place == {"left": "25.00%", "top": "25.00%", "width": "50.00%", "height": "50.00%"}


def test_boxes_are_numbered_and_choose_their_face() -> None:
    faces = [face(0, 0, 100, 100), face(200, 0, 50, 50), face(300, 0, 40, 40)]

    boxes = pieces(
        parse(render_photo(load_text("id"), reading(PHOTO, faces), "radio-7")), "face-box"
    )

    assert [words(box) for box in boxes] == ["1", "2", "3"]
    assert [box.get("data-face") for box in boxes] == ["1", "2", "3"]
    for index, box in enumerate(boxes):
        assert f"'#radio-7 input')[{index}]" in box.get("onclick", "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("faces", "key", "boxes"),
    [
        ([face(0, 0, 200, 200, detected=False)], "faces.whole", 0),
        ([face(0, 0, 90, 90)], "faces.one", 1),
        ([face(0, 0, 90, 90), face(100, 0, 80, 80)], "faces.many", 2),
    ],
    ids=["whole", "one", "two"],
)
def test_a_sentence_says_what_was_found(
    language: str, faces: list[Face], key: str, boxes: int
) -> None:
    text = load_text(language)

    tree = parse(render_photo(text, reading(PHOTO, faces), "faces"))
    (caption,) = tree.iter("figcaption")

    assert words(caption) == text(key, count=boxes)
    assert caption.get("role") == "status"
    assert len(pieces(tree, "face-box")) == boxes
    assert next(tree.iter("img")).get("alt")


@pytest.mark.parametrize("size", [(4000, 1000), (300, 1200), (64, 64)])
def test_the_picture_travels_inside_the_page_and_is_no_larger_than_shown(
    size: tuple[int, int],
) -> None:
    photo = Image.new("RGB", size, (10, 200, 30))

    tree = parse(render_photo(load_text("id"), reading(photo, [face(0, 0, 64, 64)]), "faces"))
    kind, data = (next(tree.iter("img")).get("src") or "").split(",")
    sent = Image.open(io.BytesIO(base64.b64decode(data)))

    assert kind == "data:image/jpeg;base64"
    assert max(sent.size) == min(SHOWN_SIDE, max(size))
    assert photo.size == size, "the photo itself must stay as it is"
    assert sent.getpixel((1, 1)) == pytest.approx((10, 200, 30), abs=4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_faces_that_were_not_read_are_said(language: str) -> None:
    text = load_text(language)

    page = render_photo(text, reading(PHOTO, [face(0, 0, 64, 64)] * 2, found=5), "faces")

    (caption,) = parse(page).iter("figcaption")
    assert words(caption) == f"{text('faces.many', count=5)} {text('faces.capped', count=2)}"
