"""The walk of a photo into the networks, as HTML: a picture, its name and a sentence a step."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PIL import Image

from models.faces import Face, cut_square
from models.images import as_stored, to_native
from models.walk import Step
from scenarios import Scenario
from ui.pictures import data_uri, outlined
from ui.text import Text

SHOWN_SIDE = 320  # pixels; the photo on the page is no larger
BOX, SQUARE = "#ffffff", "#5fd0c2"  # lines around the face found and around what is cut out


def render_walk(
    text: Text,
    photo: Image.Image,
    face: Face,
    paths: Sequence[tuple[Scenario, Sequence[Step]]],
) -> str:
    """First the steps that all models share, then those of each; models of one way together.

    photo: as models.images.read_image gives it. paths: what models.walk.walk tells of each.
    """
    together: dict[bytes, tuple[list[Scenario], Sequence[Step]]] = {}
    for scenario, steps in paths:
        way = b"".join(step.pixels.tobytes() for step in steps)
        together.setdefault(way, ([], steps))[0].append(scenario)
    specs = {scenario.input.native: scenario.input for scenario, _ in paths}
    natives = [to_native(Image.fromarray(face.crop), spec) for spec in specs.values()]
    own = "".join(_path(text, scenarios, steps, natives) for scenarios, steps in together.values())
    return (
        f'<section class="walk"><h4>{escape(text("sees.all"))}</h4>'
        f'<ol class="steps-shown">{_shared(text, photo, face, natives)}</ol>'
        f'<div class="paths">{own}</div>'
        f'<p class="note">{escape(text("sees.note"))}</p></section>'
    )


def _shared(text: Text, photo: Image.Image, face: Face, natives: Sequence[Image.Image]) -> str:
    """From the upload to the face at the resolution of the training images."""
    width, height = photo.info["upright_size"]
    upright = text("sees.upright.what", width=text.number(width), height=text.number(height))
    if photo.size != (width, height):
        upright += " " + text("sees.upright.scaled", width=photo.width, height=photo.height)
    figures = []
    orientation = photo.info["orientation"]
    if orientation != 1:
        sentence = text("sees.stored.what", orientation=orientation)
        figures.append(_figure(text("sees.stored"), sentence, as_stored(_small(photo)), "photo"))
    figures.append(_figure(text("sees.upright"), upright, _small(photo), "photo"))
    figures.append(
        _figure(text("sees.box"), _found(text, face), _small(_marked(photo, face)), "photo")
    )
    crop = Image.fromarray(face.crop)
    sentence = text("sees.crop.what", side=text.number(crop.width))
    figures.append(_figure(text("sees.crop"), sentence, _small(crop), "photo"))
    for native in natives:
        sentence = text("sees.native.what", side=native.width)
        figures.append(_figure(text("sees.native"), sentence, native))
    return "".join(figures)


def _found(text: Text, face: Face) -> str:
    if not face.detected:
        return text("sees.box.whole")
    return text("sees.box.what", score=text.percent(face.score))


def _marked(photo: Image.Image, face: Face) -> Image.Image:
    """The photo with the face's box and the square that is cut out."""
    left, top, side = cut_square(face, photo.width, photo.height)
    marked = outlined(photo, (left, top, side, side), SQUARE)
    return outlined(marked, face.box, BOX) if face.detected else marked


def _path(
    text: Text,
    scenarios: Sequence[Scenario],
    steps: Sequence[Step],
    natives: Sequence[Image.Image],
) -> str:
    """What these models are given, and what their own first layers make of it."""
    names = text.join([text(scenario.title) for scenario in scenarios])
    enlarged = steps[0].side not in {native.width for native in natives}
    figures = "".join(_step(text, step, enlarged and step is steps[0]) for step in steps)
    return f'<div><h4>{escape(names)}</h4><ol class="steps-shown">{figures}</ol></div>'


def _step(text: Text, step: Step, enlarged: bool) -> str:
    key = "sees.input.enlarged" if enlarged else f"sees.{step.kind}.what"
    decimals = 0 if step.low == round(step.low) and step.high == round(step.high) else 1
    span = text(
        "sees.range", low=text.number(step.low, decimals), high=text.number(step.high, decimals)
    )
    return _figure(
        text(f"sees.{step.kind}"),
        text(key, side=step.side, name=step.name),
        Image.fromarray(step.picture()),
        span=span,
    )


def _figure(
    name: str, sentence: str, picture: Image.Image, kind: str = "pixels", span: str = ""
) -> str:
    """One step. kind: "photo", or "pixels" where each pixel should be seen. span: the values'."""
    uri = data_uri(picture, "jpeg" if kind == "photo" else "png")
    values = f'<span class="span-of">{escape(span)}</span>' if span else ""
    return (
        f'<li><figure><img class="{kind}" src="{uri}" alt="{escape(name)}">'
        f"<figcaption><b>{escape(name)}</b>{escape(sentence)}{values}</figcaption></figure></li>"
    )


def _small(picture: Image.Image) -> Image.Image:
    small = picture.copy()
    small.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    return small
