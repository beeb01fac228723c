"""Reading rendered HTML in tests: pieces by class, and the words a person sees."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, fromstring


def parse(html: str) -> Element:
    """Rendered HTML as a tree; raises ParseError where a tag is left open or text unescaped."""
    closed = re.sub(r"(<(?:img|input) [^>]*)>", r"\1/>", html)
    return fromstring(f"<body>{closed}</body>")


def pieces(tree: Element, name: str) -> list[Element]:
    """All elements of that class, in the order of the page."""
    return [element for element in tree.iter() if name in element.get("class", "").split()]


def piece(tree: Element, name: str) -> Element:
    """The only element of that class."""
    (found,) = pieces(tree, name)
    return found


def words(element: Element) -> str:
    """All text inside, with single spaces; one that may not break stays what it is."""
    return re.sub(r"[ \n\t]+", " ", " ".join(element.itertext())).strip()


def style(element: Element) -> dict[str, str]:
    """The inline style by property."""
    rules = (rule.split(":", 1) for rule in element.get("style", "").split(";") if rule.strip())
    return {name.strip(): value.strip() for name, value in rules}
