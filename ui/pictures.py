"""Pictures and files inside the page itself: nothing is written, nothing is fetched."""

from __future__ import annotations

import base64
import io

from PIL import Image, ImageDraw


def data_uri(picture: Image.Image, kind: str) -> str:
    """A picture as a ``data:`` address. kind: "png", or "jpeg" for photos."""
    buffer = io.BytesIO()
    options = {"quality": 88} if kind == "jpeg" else {}
    picture.save(buffer, kind, **options)
    return content_uri(buffer.getvalue(), f"image/{kind}")


def content_uri(content: bytes, kind: str) -> str:
    """A file's content as a ``data:`` address. kind: its media type, such as "image/jpeg"."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def outlined(picture: Image.Image, box: tuple[int, int, int, int], colour: str) -> Image.Image:
    """A copy with a line inside a box: x, y, width and height in its pixels."""
    marked = picture.copy()
    x, y, width, height = box
    line = max(3, round(max(picture.size) / 100))
    corners = (x, y, x + width - 1, y + height - 1)
    ImageDraw.Draw(marked).rectangle(corners, outline=colour, width=line)
    return marked
