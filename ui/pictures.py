"""Pictures and files inside the page itself: nothing is written, nothing is fetched."""

from __future__ import annotations

import base64
import io

from PIL import Image


def data_uri(picture: Image.Image, kind: str) -> str:
    """A picture as a ``data:`` address. kind: "png", or "jpeg" for photos."""
    buffer = io.BytesIO()
    options = {"quality": 88} if kind == "jpeg" else {}
    picture.save(buffer, kind, **options)
    return content_uri(buffer.getvalue(), f"image/{kind}")


def content_uri(content: bytes, kind: str) -> str:
    """A file's content as a ``data:`` address. kind: its media type, such as "image/jpeg"."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
