"""The photo with its face boxes, as HTML that carries the picture itself: nothing is written."""

from __future__ import annotations

from html import escape

from PIL import Image

from models.faces import Face
from ui.pictures import data_uri
from ui.reading import Reading
from ui.text import Text

SHOWN_SIDE = 900  # pixels; the picture sent back to the page is no larger


def render_photo(text: Text, reading: Reading, radio: str) -> str:
    """The upright photo with a numbered box a face, and a sentence on what was found.

    radio: element id of the choice of faces; a click on a box chooses there.
    """
    photo = reading.photo
    small = photo.copy()
    small.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    detected = [face for face in reading.faces if face.detected]
    boxes = "".join(_box(photo, face, number, radio) for number, face in enumerate(detected, 1))
    alt = text("faces.photo_alt", count=len(detected)) if detected else text("photo.alt")
    caption = _caption(text, len(detected), reading.found)
    return (
        '<figure class="photo"><div class="frame">'
        f'<img src="{data_uri(small, "jpeg")}" alt="{escape(alt)}">{boxes}</div>'
        f'<figcaption role="status">{escape(caption)}</figcaption></figure>'
    )


def _caption(text: Text, read: int, found: int) -> str:
    """What was found in the photo; read: how many detected faces were read."""
    if read == 0:
        return text("faces.whole")
    if found == 1:
        return text("faces.one")
    sentence = text("faces.many", count=found)
    return sentence if read == found else f"{sentence} {text('faces.capped', count=read)}"


def _box(photo: Image.Image, face: Face, number: int, radio: str) -> str:
    x, y, width, height = face.box
    place = (
        f"left: {100 * x / photo.width:.2f}%; top: {100 * y / photo.height:.2f}%; "
        f"width: {100 * width / photo.width:.2f}%; height: {100 * height / photo.height:.2f}%"
    )
    choose = f"document.querySelectorAll('#{radio} input')[{number - 1}]?.click()"
    return (
        f'<span class="face-box" data-face="{number}" style="{place}" onclick="{choose}">'
        f"<b>{number}</b></span>"
    )
