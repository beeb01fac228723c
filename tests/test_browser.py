"""The page, driven in headless Chromium as a visitor drives it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from scenarios import EMOTIONS, Scenario
from tests.browser import DAMAGED, Visits, coloured
from tests.pictures import bad, encode, oriented
from ui.text import LANGUAGES, Text, load_text

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Locator, Page

EXAMPLES = Path(__file__).resolve().parent.parent / "assets" / "examples"
TWO_FACES = EXAMPLES / "collins-and-hopper.jpg"
PATHS = {"id": "/", "en": "/en"}
WIDTHS = (1440, 1024, 390, 320)

# Every piece of text on the page with its contrast against what lies behind it (WCAG 2.1, 1.4.3);
# what is hidden, or shown to screen readers only, is left out.
CONTRASTS = """() => {
  const channels = (colour) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const behind = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      layers.push(channels(getComputedStyle(e).backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((v) => v / 255).map(
      (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (texts.nextNode()) {
    const words = texts.currentNode.textContent.trim(), element = texts.currentNode.parentElement;
    const box = element.getBoundingClientRect();
    if (!words || box.width < 2 || box.right < 0 || ["SCRIPT", "STYLE"].includes(element.tagName))
      continue;
    if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
    const ground = behind(element);
    const ink = over(channels(getComputedStyle(element).color), ground);
    const [dark, light] = [luminance(ink), luminance(ground)].sort((a, b) => a - b);
    found.push({ words, ratio: (light + 0.05) / (dark + 0.05) });
  }
  return found;
}"""


def upload(page: Page, path: Path) -> None:
    """Give the page a photo, and wait until it says that it has it."""
    page.locator(".upload input[type=file]").set_input_files(path)
    page.wait_for_selector(".upload .image-frame img")
    page.wait_for_selector(".notice.hint")


def press(page: Page, language: str = "id") -> None:
    button(page, language).click()


def button(page: Page, language: str = "id") -> Locator:
    return page.get_by_role("button", name=load_text(language)("predict.button"), exact=True)


def remover(page: Page) -> Locator:
    """What takes the photo away; Gradio's button, in the page's language."""
    language = page.locator("html").get_attribute("lang") or ""
    return page.get_by_label(load_text(language)("gradio.remove.photo"), exact=True)


def wait_for_answers(page: Page) -> None:
    page.wait_for_selector(".scenario .top")


def notice(page: Page, sentence: str) -> None:
    """Wait until the page says that sentence."""
    page.locator(".notice", has_text=sentence).wait_for()


def columns(page: Page) -> list[str]:
    """The words of each column."""
    return page.locator(".scenario").all_inner_texts()


def order(page: Page) -> dict[str, list[str]]:
    """The emotions of each column's own distribution, from top to bottom."""
    return {
        column.get_attribute("data-scenario") or "": column.locator(
            ".answer > .bars li"
        ).evaluate_all(
            "rows => rows.sort((a, b) => a.getBoundingClientRect().top - "
            "b.getBoundingClientRect().top).map(row => row.dataset.emotion)"
        )
        for column in page.locator(".scenario").all()
    }


def place(element: Locator) -> FloatRect:
    """Where an element stands: x, y, width, height in pixels."""
    box = element.bounding_box()
    assert box is not None, f"{element} is not shown"
    return box


def wait_for_face(page: Page, number: int) -> None:
    """Wait until the columns are on that face: its box is marked."""
    page.wait_for_function(
        "number => getComputedStyle(document.querySelector("
        "`.face-box[data-face='${number}']`)).getPropertyValue('--chosen') == 1",
        arg=number,
    )


@pytest.mark.parametrize(
    ("path", "locale", "language"),
    [("/", "en-US", "id"), ("/", "fr-FR", "id"), ("/en", "fr-FR", "en")],
)
def test_the_address_sets_the_language_whatever_the_browser_speaks(
    visits: Visits, path: str, locale: str, language: str
) -> None:
    page = visits.open(path, locale=locale)

    assert page.locator("html").get_attribute("lang") == language
    assert button(page, language).is_visible()
    shown = page.locator(".gradio-container").inner_text()
    other = load_text("en" if language == "id" else "id")
    for key in ("predict.button", "photo.label", "scenarios.label", "examples.label", "page.note"):
        assert load_text(language)(key) in shown
        assert other(key) not in shown


def test_the_link_switches_the_language_and_back(visits: Visits) -> None:
    page = visits.open("/")
    for language, link in (("en", "English"), ("id", "Bahasa Indonesia")):
        page.get_by_role("link", name=link).click()
        button(page, language).wait_for()
        assert page.locator("html").get_attribute("lang") == language
        assert re.search(r"/en/?$" if language == "en" else r"\d/$", page.url)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_photo_is_answered_in_parallel_columns(
    visits: Visits, scenarios: dict[str, Scenario], language: str
) -> None:
    text = load_text(language)
    page = visits.open(PATHS[language])
    waiting = order(page)

    upload(page, EXAMPLES / "hopper.jpg")
    press(page, language)
    wait_for_answers(page)

    answered = {slug: emotions for slug, emotions in order(page).items() if slug != DAMAGED}
    assert list(order(page)) == list(scenarios)
    for slug, emotions in answered.items():
        assert emotions == [e for e in EMOTIONS if e in scenarios[slug].emotions] == waiting[slug]
    tops = {place(column)["y"] for column in page.locator(".scenario").all()}
    assert len(tops) == 1, "the columns stand side by side"
    assert page.locator(".verdict").is_visible()

    failed = page.locator(f".scenario[data-scenario={DAMAGED}]").inner_text()
    assert text("column.failed") in failed
    assert f"{DAMAGED}.keras" in failed
    assert f"python -m models.train {DAMAGED}" in failed
    assert page.locator(".scenario .top").count() == len(scenarios) - 1


def test_an_example_is_answered_with_one_click(visits: Visits) -> None:
    page = visits.open("/")

    page.locator(".examples button").first.click()

    wait_for_answers(page)
    assert page.locator(".notice").count() == 0
    assert page.locator(".face-box").count() == 1


def test_another_face_is_chosen_by_its_name_or_by_its_box(visits: Visits) -> None:
    page = visits.open("/")
    upload(page, TWO_FACES)
    press(page)
    wait_for_answers(page)
    wait_for_face(page, 1)
    first = columns(page)
    assert page.locator(".face-box").count() == 2

    page.get_by_role("radio", name=load_text("id")("faces.option", number=2)).click()
    wait_for_face(page, 2)
    second = columns(page)
    assert second != first

    page.locator(".face-box[data-face='1']").click()
    wait_for_face(page, 1)
    assert columns(page) == first

    page.locator(".face-box[data-face='2']").click()
    wait_for_face(page, 2)
    assert columns(page) == second


def test_a_screen_reader_is_told_each_answer(visits: Visits) -> None:
    page = visits.open("/")
    said = page.locator(".announcement[role=status]")
    assert said.text_content() == ""
    upload(page, TWO_FACES)
    press(page)
    wait_for_answers(page)

    def told() -> bool:
        verdict = " ".join(page.locator(".verdict p").all_text_contents())
        page.wait_for_function(
            "words => document.querySelector('.announcement').textContent === words", arg=verdict
        )
        return bool(verdict)

    assert told()
    page.locator(".face-box[data-face='2']").click()
    wait_for_face(page, 2)
    assert told()


def test_what_each_model_sees_is_shown_on_demand_and_goes_with_the_answers(
    visits: Visits, scenarios: dict[str, Scenario]
) -> None:
    text = load_text("id")
    page = visits.open("/")
    show = page.get_by_role("button", name=text("sees.button"), exact=True)
    assert not show.is_visible(), "without answers there is nothing to show"
    upload(page, TWO_FACES)
    press(page)
    wait_for_answers(page)

    show.click()
    page.wait_for_selector(".walk li")
    titles = " ".join(page.locator(".walk .paths h4").all_inner_texts())
    answering = {slug: s for slug, s in scenarios.items() if slug != DAMAGED}
    assert all(text(scenario.title) in titles for scenario in answering.values())
    assert text(scenarios[DAMAGED].title) not in titles
    crops = "images => images.map((image) => image.src)"
    first = page.locator(".walk > ol img").evaluate_all(crops)
    assert len(first) == 4

    page.locator(".face-box[data-face='2']").click()
    page.locator(".walk").wait_for(state="detached")
    show.click()
    page.wait_for_selector(".walk li")
    second = page.locator(".walk > ol img").evaluate_all(crops)
    assert second[0] == first[0], "the photo is the same"
    assert second[2] != first[2], "the face is not"


def test_boxes_lie_on_the_photo(visits: Visits) -> None:
    page = visits.open("/")
    upload(page, TWO_FACES)
    press(page)
    wait_for_answers(page)

    photo = place(page.locator(".photo img"))
    for found in page.locator(".face-box").all():
        box = place(found)
        assert photo["x"] <= box["x"]
        assert photo["y"] <= box["y"]
        assert box["x"] + box["width"] <= photo["x"] + photo["width"] + 1
        assert box["y"] + box["height"] <= photo["y"] + photo["height"] + 1


def test_only_ticked_scenarios_have_a_column(
    visits: Visits, scenarios: dict[str, Scenario]
) -> None:
    gone, *rest = scenarios
    page = visits.open("/")
    upload(page, EXAMPLES / "hopper.jpg")

    page.locator(f".chosen input[name={gone}]").uncheck()
    page.locator(f".scenario[data-scenario={gone}]").wait_for(state="detached")
    assert list(order(page)) == rest

    press(page)
    wait_for_answers(page)
    assert list(order(page)) == rest

    page.locator(f".chosen input[name={gone}]").check()
    page.locator(f".scenario[data-scenario={gone}]").wait_for()
    assert list(order(page)) == list(scenarios)


def test_clearing_the_photo_empties_the_columns(visits: Visits) -> None:
    page = visits.open("/")
    before = columns(page)
    upload(page, TWO_FACES)
    press(page)
    wait_for_answers(page)

    remover(page).click()
    page.locator(".scenario .top").first.wait_for(state="detached")

    assert columns(page) == before
    assert page.locator(".face-box").count() == 0
    assert page.get_by_role("radio").count() == 0
    assert page.locator(".verdict").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_each_model_looks_is_shown_on_demand_and_goes_with_the_answers(
    visits: Visits, scenarios: dict[str, Scenario], language: str
) -> None:
    text = load_text(language)
    page = visits.open(PATHS[language])
    show = page.get_by_role("button", name=text("looks.button"), exact=True)
    assert not show.is_visible(), "without answers there is nothing to explain"
    upload(page, TWO_FACES)
    press(page, language)
    wait_for_answers(page)

    show.click()
    page.wait_for_selector(".map .layers")
    assert [m.get_attribute("data-scenario") for m in page.locator(".map").all()] == list(scenarios)
    assert page.locator(".map .layers").count() == len(scenarios) - 1
    first = page.locator(".map .layers img").first.get_attribute("src")

    page.locator(".looks input[type=range]").fill("100")
    assert page.locator(".heat").first.evaluate("map => getComputedStyle(map).opacity") == "1"

    page.locator(".face-box[data-face='2']").click()
    page.locator(".map").first.wait_for(state="detached")
    show.click()
    page.wait_for_selector(".map .layers")
    assert page.locator(".map .layers img").first.get_attribute("src") != first

    remover(page).click()
    page.locator(".map").first.wait_for(state="detached")
    assert not show.is_visible()


def test_an_emotion_is_explained_by_the_models_that_know_it(
    visits: Visits, scenarios: dict[str, Scenario]
) -> None:
    text = load_text("id")
    page = visits.open("/")
    upload(page, EXAMPLES / "hopper.jpg")
    press(page)
    wait_for_answers(page)

    page.get_by_label(text("looks.emotion")).click()
    page.get_by_role("option", name=text.emotion("fear")).click()
    page.get_by_role("button", name=text("looks.button"), exact=True).click()
    page.wait_for_selector(".map .layers")

    for slug, scenario in scenarios.items():
        shown = page.locator(f".map[data-scenario={slug}]").inner_text()
        assert (text("looks.unknown") in shown) == ("fear" not in scenario.emotions)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_answered_gets_a_sentence_and_the_next_photo_works(
    visits: Visits, tmp_path: Path, scenarios: dict[str, Scenario], language: str
) -> None:
    text = load_text(language)
    page = visits.open(PATHS[language])

    press(page, language)
    notice(page, text("notice.no_photo"))

    for name in ("half a JPEG", "text", "1 x 1"):
        content, code = bad()[name]
        path = tmp_path / f"{code}.jpg"
        path.write_bytes(content)
        replace_photo(page, path)
        press(page, language)
        notice(page, refusal(text, code))
        assert page.locator(".scenario .top").count() == 0

    for slug in scenarios:
        page.locator(f".chosen input[name={slug}]").uncheck()
    press(page, language)
    notice(page, text("notice.no_scenario"))
    assert page.locator(".scenario").count() == 0
    for slug in scenarios:
        page.locator(f".chosen input[name={slug}]").check()

    replace_photo(page, coloured(tmp_path, 1))
    press(page, language)
    wait_for_answers(page)
    assert page.locator(".notice").count() == 0


def refusal(text: Text, code: str) -> str:
    """A refusal's sentence, up to what is filled in."""
    return text(f"error.image.{code}").split("{")[0].strip()


def replace_photo(page: Page, path: Path) -> None:
    """Take the photo away, if there is one, and give another."""
    remove = remover(page)
    if remove.count():
        remove.click()
        remove.wait_for(state="detached")
    upload(page, path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lying.jpg", lambda: oriented(6)),
        ("iphone.heic", lambda: oriented(6, "HEIF")),
        ("moving.gif", lambda: encode(_plain(), "GIF", save_all=True, append_images=[_plain()])),
    ],
    ids=["turned by EXIF", "HEIC", "animated"],
)
def test_an_odd_photo_is_read_upright(
    visits: Visits, tmp_path: Path, name: str, content: Any
) -> None:
    path = tmp_path / name
    path.write_bytes(content())
    page = visits.open("/")

    upload(page, path)
    press(page)
    wait_for_answers(page)

    size = page.locator(".photo img").evaluate(
        "async i => { await i.decode(); return [i.naturalWidth, i.naturalHeight] }"
    )
    assert size == [96, 64]


def _plain() -> Any:
    return Image.new("RGB", (96, 64), (90, 120, 30))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_scrolls_sideways(visits: Visits, language: str) -> None:
    page = visits.open(PATHS[language])
    empty = {width: overflow(page, width) for width in WIDTHS}
    page.set_viewport_size({"width": 1440, "height": 900})
    upload(page, TWO_FACES)
    press(page, language)
    wait_for_answers(page)
    for key in ("sees.button", "looks.button"):
        page.get_by_role("button", name=load_text(language)(key), exact=True).click()
    page.wait_for_selector(".walk li")
    page.wait_for_selector(".map .layers")
    answered = {width: overflow(page, width) for width in WIDTHS}

    assert empty == answered == dict.fromkeys(WIDTHS, 0)


def overflow(page: Page, width: int) -> int:
    """Pixels by which the page, or a column, is wider than a screen of that width."""
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function("width => innerWidth === width", arg=width)
    return page.evaluate(
        "() => Math.ceil(Math.max(0, document.documentElement.scrollWidth - innerWidth, ..."
        "[...document.querySelectorAll('.scenario, .bars li, .verdict, .photo')]"
        ".map(e => e.getBoundingClientRect().right - innerWidth)))"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read_against_its_ground(visits: Visits, scheme: str) -> None:
    text = load_text("id")
    page = visits.open("/", color_scheme=scheme, reduced_motion="reduce")
    press(page)
    notice(page, text("notice.no_photo"))
    found = page.evaluate(CONTRASTS)
    upload(page, TWO_FACES)
    found += page.evaluate(CONTRASTS)
    press(page)
    wait_for_answers(page)
    page.wait_for_selector(".notice", state="detached")
    found += page.evaluate(CONTRASTS)

    dark = page.evaluate("() => document.body.classList.contains('dark')")
    assert dark == (scheme == "dark")
    words = {piece["words"] for piece in found}
    seen = ("predict.button", "notice.no_photo", "column.waiting", "column.failed", "page.note")
    assert {text(key) for key in seen} <= words, "the measurement must see the page's main texts"
    assert {p["words"]: round(p["ratio"], 2) for p in found if p["ratio"] < 4.5} == {}


def test_the_page_works_from_the_keyboard(visits: Visits, tmp_path: Path) -> None:
    page = visits.open("/")
    upload(page, coloured(tmp_path, 0))
    page.locator("body").focus()

    for _ in range(40):
        page.keyboard.press("Tab")
        if button(page).evaluate("button => button === document.activeElement"):
            break
    else:
        pytest.fail("Tab does not reach the button")
    outline = button(page).evaluate("button => getComputedStyle(button).outlineStyle")
    assert outline != "none", "focus must be seen"

    page.keyboard.press("Enter")
    wait_for_answers(page)
