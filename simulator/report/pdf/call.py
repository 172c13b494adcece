"""The report of a call as a PDF, for the file: the same view as the page, without the sound."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from simulator.report.pdf.drawings import timeline_drawing
from simulator.report.pdf.parts import GOOD, MARKS, MID, SOFT, bar, build, p, prepare_fonts, table, tint
from simulator.report.rows import Row
from simulator.report.timeline import LEGEND
from simulator.report.view import CriterionView, View

MOMENTS = 6
"""Moments listed under one criterion at most; the page has them all."""


def call_pdf(view: View) -> bytes:
    """Return the report of a call; the same view gives the same bytes."""
    prepare_fonts()
    story = [*_head(view), *_standing(view), *_dimensions(view), *_call(view), *_people(view)]
    story += [*_delivery(view), *_coaching(view), *_criteria(view), *_transcript(view)]
    story += [p(f"{name}: {value}", "soft") for name, value in view.facts]
    return build([*story, *(p(note, "soft") for note in view.notes)], title=f"{view.title}, {view.when}")


def _head(view: View) -> Iterator[Any]:
    yield p(f"Call report · {view.when} · {view.duration} min", "soft")
    yield p(view.title, "title")
    if view.summary:
        yield p(view.summary)
    if view.recorded:
        yield p(tint(view.recorded, MID, bold=True), marked=True)
    if view.retry_of:
        yield p(tint("A retry, for practice only. ", MID, bold=True) + escape(view.retry_of), marked=True)
    of = " of 100" if view.total.isdigit() else ""
    range_text = f", likely range {view.range}" if view.range else ""
    yield p(f'{escape(view.total)}<font size="10" name="Sans">{of}{range_text}</font>', "number", marked=True)
    if view.reviewed:
        yield p(view.reviewed, "soft")
    if view.verdict:
        yield p(tint(view.verdict_text, GOOD if view.verdict == "pass" else MID, bold=True), marked=True)
    told = [view.outcome, f"How it ended: {view.outcome_reason}" if view.outcome_reason else "", view.verdict_reason]
    told.append(f"Anger: {view.anger}.")
    if view.satisfaction:
        told.append(f"The customer would give this call {view.satisfaction[0]} of 5. {view.satisfaction[1]}")
    yield from (p(text) for text in told if text)


def _standing(view: View) -> Iterator[Any]:
    if view.people is None:
        return
    yield p(tint("The program: ", SOFT) + escape(f"{view.people.program}."), marked=True)
    if view.people.now:
        yield p(tint(f"After review: {view.people.now}. ", GOOD, bold=True) + escape(view.people.why), marked=True)
    if view.people.counts:
        yield p(view.people.counts)
    if view.people.open_appeals:
        yield p("An appeal waits for an answer.", "head")
    yield p(f"Agreement. {' '.join(view.people.agreement)}", "soft")


def _people(view: View) -> Iterator[Any]:
    if view.people is None or not view.people.said:
        return
    yield p("What people said", "section")
    for each in view.people.said:
        about = f": {each.criterion}" if each.criterion else ""
        at = f" at {each.at}" if each.at else ""
        yield p(f"{each.who} {each.did}{about}{at} ({each.when})", "head")
        yield from (p(text, "indent") for text in (each.points, each.text) if text)
        if each.note:
            yield p(each.note, "soft")


def _dimensions(view: View) -> Iterator[Any]:
    yield table(
        [["Dimension", "", "Points"], *([d.name, bar(d.percent), d.points] for d in view.dimensions)], (0.3, 0.3, 0.4)
    )


def _call(view: View) -> Iterator[Any]:
    yield p("The call", "section")
    yield timeline_drawing(view.timeline)
    words = ["anger as a line", "customer above, you below", *(LEGEND[kind] for kind, _ in view.timeline.legend)]
    yield p(
        f"{view.timeline.summary.removesuffix(' The transcript below tells the same in words.')} "
        f"Drawn: {', '.join(words)}.",
        "soft",
    )


def _delivery(view: View) -> Iterator[Any]:
    yield p("Delivery", "section")
    told = [[each.name, each.value, each.note] for each in view.delivery.figures]
    yield table(told, (0.3, 0.2, 0.5), heading=False)
    yield from (p(chart.summary, "soft") for chart in view.delivery.charts)


def _coaching(view: View) -> Iterator[Any]:
    yield p("What went well", "section")
    for each in view.strengths:
        yield p(tint("✓ ", GOOD) + tint(each.title, "#23262b", bold=True) + escape(f": {each.praise}"), marked=True)
    yield p("What to try next", "section")
    for number, each in enumerate(view.next, 1):
        yield p(f"{number}. {each.title}", "head")
        yield from _judged(each, quote=True)
        if each.retry is not None:
            yield p(f"Retry from here: {each.retry.command}", "soft")


def _criteria(view: View) -> Iterator[Any]:
    yield p("Every point, and where it came from", "section")
    for dimension in view.dimensions:
        if dimension.criteria:
            yield p(f"{dimension.name}: {dimension.points}", "part")
        for each in dimension.criteria:
            mark = tint(f"{each.mark} ", MARKS[each.status], bold=True)
            doubt = " ≈" if each.uncertain else ""
            yield p(f"{mark}{escape(each.title)}{doubt}: {escape(each.points)}", "head", marked=True)
            if each.person is not None:
                said = f"{each.person.who}, {each.person.when}: {each.person.points}. {each.person.text}"
                yield p(tint(said, GOOD), marked=True)
            yield from _judged(each, quote=False)
            yield from (p(f"{id}: {asks}", "soft") for id, asks in each.guidance)
    if view.left_out:
        yield p(f"Left out of the score: {len(view.left_out)} criteria", "section")
        yield from (p(f"{each.title} ({each.status_text}): {each.reason}", "soft") for each in view.left_out)


def _judged(each: CriterionView, *, quote: bool) -> Iterator[Any]:
    yield p(each.reason)
    if each.praise:
        yield p(each.praise)
    if each.parts is not None:
        yield p(each.parts.advice)
        if each.parts.said:
            yield p(tint("You said: ", SOFT) + escape(f"“{each.parts.said}”"), "indent", marked=True)
        if each.parts.better:
            better = each.parts.better if each.parts.better.startswith("(") else f"“{each.parts.better}”"
            label = "Better: " if each.parts.said else "You might say: "
            yield p(tint(label, SOFT) + tint(better, GOOD), "indent", marked=True)
        if quote:
            yield p(each.parts.guidance, "soft")
    if each.uncertain:
        yield p(tint(f"≈ Not certain: {each.uncertain}", MID), marked=True)
    for clip in each.clips[:MOMENTS]:
        said = f": “{clip.words}”" if clip.words else ""
        yield p(f"{clip.at}  {clip.who}{said} ({clip.figure})", "soft")
    if len(each.clips) > MOMENTS:
        yield p(f"and {len(each.clips) - MOMENTS} more moments in the page", "soft")


def _transcript(view: View) -> Iterator[Any]:
    yield p("Transcript", "section")
    if view.rows:
        yield table([[row.at, _said(row)] for row in view.rows], (0.09, 0.91), heading=False)
    else:
        yield p("Nobody spoke.")


def _said(row: Row) -> Any:
    if row.kind not in ("customer", "trainee"):
        return p(row.note, "soft")
    who = tint(
        "You " if row.kind == "trainee" else "Customer ", "#1d6f7c" if row.kind == "trainee" else "#9e5120", bold=True
    )
    words = " ".join(
        (f"<u>{tint(each.text, MARKS['missed'])}</u>" if each.kind == "harmful" else escape(each.text))
        + (tint(f" (heard: {each.heard})", SOFT) if each.heard else "")
        for each in row.pieces
    )
    acts = tint(f"  [{', '.join(name for name, _ in row.tags)}]", SOFT) if row.tags else ""
    return p(who + words + acts, marked=True)
