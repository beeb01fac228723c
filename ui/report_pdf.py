"""The report as PDF, A4, with selectable text and the bundled typeface.

fpdf2 reads no variable font, so assets/fonts holds two static instances of it (weights 400 and 700,
made with fontTools; their space is widened from 170 to 240 units, for fpdf2 applies no kerning).
"""

from __future__ import annotations

from collections.abc import Sequence

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from models.agreement import top
from models.compare import Prediction
from ui.doubts import doubt_sentence, doubts
from ui.header import read_thesis
from ui.report import Line, Report
from ui.sentences import (
    exam_baseline,
    exam_detail,
    failure_reason,
    known_sentence,
    verdict_sentences,
)
from ui.text import ASSETS, Text

FONT = "Plus Jakarta Sans"
MARGIN = 14.0  # millimetres, as all lengths here
PICTURE = 46.0  # a side of the photo
GAP = 4.0  # between columns
INK, GREY, ACCENT, TRACK = (28, 33, 31), (92, 100, 97), (11, 92, 77), (225, 230, 228)
ROW = 4.6  # height of an emotion's row
NAMES = 34.0  # width of the models' names beside their figures


def pdf_page(text: Text, report: Report) -> bytes:
    """An A4 page: picture, sentences, a column a scenario, figures and weights, a caution.

    Of more than five scenarios the figures may go on on a second one.
    """
    page = _Page(text)
    page.heading(text("report.title"))
    page.picture(report)
    page.columns(report.lines)
    if any(line.seen for line in report.lines):
        page.paragraph(text("report.maps"), GREY)
        page.ln(3)
    page.figures(report.lines)
    page.paragraph(text("page.note"), GREY)
    return bytes(page.output())


class _Page(FPDF):
    """An A4 page being filled from the top."""

    def __init__(self, text: Text):
        super().__init__(unit="mm", format="A4")
        self.say = text
        fonts = ASSETS / "fonts"
        self.add_font(FONT, "", fonts / "plus-jakarta-sans-latin-regular.ttf")
        self.add_font(FONT, "B", fonts / "plus-jakarta-sans-latin-bold.ttf")
        self.set_margin(MARGIN)
        self.c_margin = 0.0  # words stand flush with pictures and bars
        self.set_image_filter("DCTDecode")  # JPEG
        self.set_auto_page_break(auto=False)
        self.set_lang(text.language)
        self.set_title(text("report.title"))
        self.add_page()

    def words(self, size: float, colour: tuple[int, int, int] = INK, *, bold: bool = False) -> None:
        """How the next words are written; size in points."""
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*colour)

    def paragraph(self, words: str, colour: tuple[int, int, int] = INK, size: float = 8.5) -> None:
        """Words over the whole width left of the cursor, which then stands under them."""
        self.words(size, colour)
        left = self.get_x()
        self.multi_cell(0, size * 0.5, words, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
        self.set_x(left)

    def heading(self, title: str) -> None:
        """The thesis in small, the report's name in large."""
        thesis = read_thesis()
        people = [str(thesis[name]) for name in ("author", "institution") if thesis.get(name)]
        line = " · ".join([str(thesis.get("title") or ""), *people]).strip(" ·")
        if line:
            self.paragraph(line, GREY, 8)
        self.words(17, bold=True)
        self.cell(0, 10, title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)

    def picture(self, report: Report) -> None:
        """The picture, and beside it when it was read and what the answers say together."""
        text, top_edge = self.say, self.get_y()
        width, height = report.picture.size
        scale = PICTURE / max(width, height)
        self.image(report.picture, MARGIN, top_edge, width * scale, height * scale)
        left = MARGIN + PICTURE + 6
        self.set_left_margin(left)
        self.set_xy(left, top_edge)
        when = report.date.strftime("%Y-%m-%d %H:%M %Z").strip()
        facts = text("report.facts", date=when, version=report.version, face=report.face)
        self.paragraph(facts, GREY)
        self.ln(2)
        scenarios = [line.scenario for line in report.lines]
        for sentence in verdict_sentences(text, scenarios, report.answers):
            self.paragraph(sentence, INK, 10)
            self.ln(1)
        titles = {scenario.slug: text(scenario.title) for scenario in scenarios}
        doubt = doubt_sentence(text, titles, *doubts(report.answers, {}))
        if doubt:
            self.paragraph(doubt)
        self.set_left_margin(MARGIN)
        self.set_xy(MARGIN, max(self.get_y(), top_edge + height * scale) + 6)

    def columns(self, lines: Sequence[Line]) -> None:
        """The scenarios side by side, at most five a row."""
        for first in range(0, len(lines), 5):
            some = lines[first : first + 5]
            width = (self.epw - 4 * GAP) / 5
            top_edge, lowest = self.get_y(), 0.0
            for place, line in enumerate(some):
                self.set_xy(MARGIN + place * (width + GAP), top_edge)
                self._column(line, width)
                lowest = max(lowest, self.get_y())
            self.set_xy(MARGIN, lowest + 6)

    def _column(self, line: Line, width: float) -> None:
        text, left = self.say, self.get_x()
        self.words(8.5, bold=True)
        self.cell(width, 5, text(line.scenario.title), new_x=XPos.LEFT, new_y=YPos.NEXT)
        if not isinstance(line.answer, Prediction):
            self.words(7.5)
            reason = failure_reason(text, line.answer)
            self.multi_cell(width, 3.8, reason, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
            return
        best = top(line.answer.distribution)
        self.words(14, ACCENT, bold=True)
        self.cell(width, 7, text.emotion(best), new_x=XPos.LEFT, new_y=YPos.NEXT)
        if line.seen:
            self.image(line.seen, left, self.get_y(), width, width)
            self.set_xy(left, self.get_y() + width + 2)
        for emotion, share in line.answer.distribution.items():
            self._bar(left, width, text.emotion(emotion), share, best=emotion == best)

    def _bar(self, left: float, width: float, word: str, share: float, *, best: bool) -> None:
        """Word, number and, under them, a bar."""
        self.words(7, bold=best)
        self.set_x(left)
        self.cell(width / 2, 3, word)
        self.cell(width / 2, 3, self.say.percent(share), align="R")
        self.set_xy(left, self.get_y() + 3)
        self.set_fill_color(*TRACK)
        self.rect(left, self.get_y(), width, 0.9, style="F")
        self.set_fill_color(*(ACCENT if best else GREY))
        self.rect(left, self.get_y(), width * share, 0.9, style="F")
        self.set_xy(left, self.get_y() + ROW - 3)

    def figures(self, lines: Sequence[Line]) -> None:
        """Of each model what was measured, and which weights answered; what is left goes on."""
        self.set_auto_page_break(auto=True, margin=MARGIN)
        for line in lines:
            self.words(8, bold=True)
            self.multi_cell(
                NAMES - GAP, 4, self.say(line.scenario.title), align="L", new_y=YPos.TOP
            )
            self.set_left_margin(MARGIN + NAMES)
            self.set_x(MARGIN + NAMES)
            for sentence in _measured(self.say, line):
                self.paragraph(sentence, INK, 8)
            sha = line.sha256 or self.say("report.unknown")
            self.paragraph(self.say("report.sha256", sha256=sha), GREY, 7)
            self.set_left_margin(MARGIN)
            self.set_x(MARGIN)
            self.ln(1.6)


def _measured(text: Text, line: Line) -> list[str]:
    """The exam's figures in sentences, last what it said of answers like this one."""
    measured = line.measured
    if measured is None:
        return [text("column.accuracy.none")]
    value = text("column.accuracy", value=text.percent(measured.accuracy))
    sentences = [
        f"{value} ({exam_detail(text, measured)})",
        exam_baseline(text, measured),
        known_sentence(text, measured, line.answer),
    ]
    return [sentence for sentence in sentences if sentence]
