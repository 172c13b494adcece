"""What every PDF of a report is made of: fonts, styles, tables, bars; no browser and no network is needed.

The same view gives the same bytes with the same versions of ReportLab and matplotlib (whose DejaVu fonts are used:
they have every mark that the reports draw).
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from simulator.report.tally import Sum

INK, SOFT, RULE, YOU, CUSTOMER = "#23262b", "#5d6470", "#e3ded5", "#1d6f7c", "#9e5120"
GOOD, BAD, MID, ANGER = "#2c7048", "#a8372f", "#7d5a0f", "#b5443c"
WIDTH = 510.0
"""Points between the margins of an A4 page."""
MARGIN, PADDING = 36.6, 6.0
"""Round the frame of the page, and inside it."""
FONTS = {"Sans": "DejaVuSans.ttf", "Sans-Bold": "DejaVuSans-Bold.ttf", "Serif": "DejaVuSerif-Bold.ttf"}
STYLES: dict[str, dict[str, Any]] = {
    "title": {"fontName": "Serif", "fontSize": 20, "leading": 25, "spaceAfter": 4},
    "section": {
        "fontName": "Serif",
        "fontSize": 13,
        "leading": 17,
        "spaceBefore": 14,
        "spaceAfter": 4,
        "keepWithNext": 1,
    },
    "part": {"fontName": "Serif", "fontSize": 10.5, "leading": 14, "spaceBefore": 8, "keepWithNext": 1},
    "head": {"fontName": "Sans-Bold", "fontSize": 9, "leading": 12, "spaceBefore": 6, "keepWithNext": 1},
    "text": {"fontSize": 8.5, "leading": 11.5, "spaceAfter": 2},
    "soft": {"fontSize": 7.5, "leading": 10, "textColor": SOFT, "spaceAfter": 2},
    "indent": {"fontSize": 8.5, "leading": 11.5, "leftIndent": 12, "spaceAfter": 1},
    "name": {"fontName": "Serif", "fontSize": 24, "leading": 30, "spaceBefore": 26, "spaceAfter": 6},
    "statement": {"fontSize": 11, "leading": 15, "spaceAfter": 10},
    "number": {"fontName": "Serif", "fontSize": 34, "leading": 38},
}
BOOKMARKED = {"section": 0, "part": 1}
"""Styles of headings that become bookmarks, and how deep."""
MARKS = {"met": GOOD, "partly": MID, "missed": BAD, "not_applicable": SOFT, "unmeasurable": SOFT}


def p(text: str, style: str = "text", *, marked: bool = False) -> Any:
    """Return a paragraph; `text` is escaped unless it is `marked` up already.

    Parameters
    ----------
    text : str
    style : str
        A key of `STYLES`.
    marked : bool
        Whether the text holds tags of ours, its other parts escaped.
    """
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    given = {"fontName": "Sans", "textColor": INK, **STYLES[style]}
    return Paragraph(text if marked else escape(text), ParagraphStyle(style, **given))


def tint(text: str, colour: str, *, bold: bool = False) -> str:
    """Return text as it stands inside a marked paragraph, in a colour."""
    name = ' name="Sans-Bold"' if bold else ""
    return f'<font color="{colour}"{name}>{escape(text)}</font>'


def table(rows: Sequence[Sequence[Any]], widths: Sequence[float], *, heading: bool = True) -> Any:
    """Return a table with a rule over each row; the first one is repeated on every page it goes on to."""
    from reportlab.platypus import Table, TableStyle

    cells = [[p(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    made = Table(cells, colWidths=[WIDTH * width for width in widths], repeatRows=1 if heading else 0, hAlign="LEFT")
    made.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEABOVE", (0, 1 if heading else 0), (-1, -1), 0.5, RULE),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 6),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ]
        )
    )
    return made


def bar(percent: float | None, width: float = 110.0) -> Any:
    """Return a bar that is filled to a share."""
    from reportlab.graphics.shapes import Drawing, Rect

    made = Drawing(width, 10)
    made.add(Rect(0, 3, width, 4, fillColor=colour(RULE), strokeColor=None))
    if percent:
        made.add(Rect(0, 3, width * percent / 100, 4, fillColor=colour(YOU), strokeColor=None))
    return made


def sums(rows: Sequence[tuple[str, Sum]]) -> Any:
    """Return the dimensions as a table of bars and points."""
    return table(
        [["Dimension", "", "Points"], *([name, bar(s.percent), s.text()] for name, s in rows)], (0.3, 0.3, 0.4)
    )


def colour(name: str, alpha: float = 1.0) -> Any:
    """Return a colour as ReportLab has it."""
    from reportlab.lib.colors import HexColor

    found = HexColor(name)
    return found if alpha == 1 else type(found)(found.red, found.green, found.blue, alpha=alpha)


def build(story: Sequence[Any], *, title: str) -> bytes:
    """Return the document, its sections as bookmarks and its title in the reader's window.

    Parameters
    ----------
    story : sequence of flowables
    title : str
        For the reader's window and the foot of each page.
    """
    from reportlab.platypus import SimpleDocTemplate

    packed = io.BytesIO()
    document = SimpleDocTemplate(
        packed,
        pagesize=(595.28, 841.89),
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=40,
        bottomMargin=46,
        title=title,
        author="Hotseat",
        subject="Made on this machine; nothing was sent anywhere",
        lang="en-GB",
        displayDocTitle=True,
        invariant=1,
    )

    def foot(canvas: Any, page: Any) -> None:
        canvas.setFont("Sans", 7)
        canvas.setFillColor(colour(SOFT))
        canvas.drawString(MARGIN + PADDING, 28, title[:110])
        canvas.drawRightString(MARGIN + PADDING + WIDTH, 28, str(page.page))

    numbers = itertools.count()

    def bookmark(flowable: Any) -> None:
        style = getattr(getattr(flowable, "style", None), "name", "")
        if style in BOOKMARKED:
            key = f"part-{next(numbers)}"
            document.canv.bookmarkPage(key)
            document.canv.addOutlineEntry(flowable.getPlainText(), key, BOOKMARKED[style])

    document.afterFlowable = bookmark
    document.build(list(story), onFirstPage=foot, onLaterPages=foot)
    return packed.getvalue()


def prepare_fonts() -> None:
    """Make the fonts known; call it before anything else here."""
    import matplotlib
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name, file in FONTS.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(folder / file)))
