"""The pages over time as PDFs: the same views as the pages for the browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from simulator.report.pdf import bar, build, p, prepare_fonts, sums, table
from simulator.report.pdf_drawings import course_drawing
from simulator.report.progress import CallLine, PersonView, SeriesView, TeamView
from simulator.report.tally import Often

FOOT = "Points are added up, never averaged. A retry is not counted."


def person_pdf(view: PersonView) -> bytes:
    """Return one person's page; the same view gives the same bytes."""
    prepare_fonts()
    title = f"{view.person or 'Your calls'} over time"
    story = [p(title, "title"), p(view.told)]
    if view.calls:
        story += [
            p("The total, call by call", "section"),
            course_drawing(view.course),
            p(_lines(view.course.lines), "soft"),
        ]
        story += [p(f"The six dimensions, by {view.series}", "section")]
        if view.before:
            story += [p(f"The {view.before} calls before", "head"), sums([(d.name, d.before) for d in view.dimensions])]
        story += [p(f"The latest {view.latest}", "head"), sums([(d.name, d.latest) for d in view.dimensions])]
        story += [p("What you keep doing well", "section")]
        story += [p(f"{each.title}: met {each.text()}") for each in view.steady]
        story += [p("Every criterion, most points lost first", "section"), _often(view.criteria, people=False)]
        story += [p("Every call", "section"), _calls(view.calls)]
    return build([*story, *(p(note, "soft") for note in (*view.notes, FOOT))], title=title)


def team_pdf(view: TeamView) -> bytes:
    """Return a team's page; the same view gives the same bytes."""
    prepare_fonts()
    title = f"{view.name or 'The team'} over time"
    story = [p(title, "title"), p(view.told)]
    if view.series:
        story += [p("Month by month: points won of the points that applied, in per cent", "section")]
        story += [course_drawing(view.course), p(_lines(view.course.lines), "soft")]
        story += [p(point.title, "soft") for point in view.course.points]
    for each in view.series:
        story += _series(each)
    return build([*story, *(p(note, "soft") for note in (*view.notes, FOOT))], title=title)


def _series(each: SeriesView) -> Iterator[Any]:
    yield p(f"Scored by {each.name}", "section")
    verdicts = " ".join(f"{text}: {count}." for text, count in each.verdicts)
    yield p(f"{each.calls} calls, {each.people} people. {verdicts}")
    yield p("How the totals spread", "head")
    yield table(
        [["Total", "", "Calls"], *([x.label, bar(x.height), str(x.count)] for x in each.piles)], (0.2, 0.3, 0.5)
    )
    yield p("The six dimensions", "head")
    yield sums(each.dimensions)
    yield p("Where most points are lost", "head")
    yield _often(each.weakest, people=True)
    yield p("Who", "head")
    rows = [[m.name, str(m.calls), m.sum.text(), f"{m.last.total} {m.last.verdict}", m.last.when] for m in each.members]
    yield table([["Person", "Calls", "Points of all calls", "Last total", "When"], *rows], (0.3, 0.1, 0.22, 0.18, 0.2))


def _often(found: Sequence[Often], *, people: bool) -> Any:
    more = ["People"] if people else []
    rows: list[list[Any]] = [["Criterion", "Met", "Partly", "Missed", "Lost", *more]]
    for each in found:
        under = "<br/>".join(f'<font size="7">{escape(f"{id} {asks}")}</font>' for id, asks in each.guidance)
        title = p(f"{escape(each.title)}<br/>{under}", marked=True)
        who = [str(each.people)] if people else []
        rows.append([title, each.text(), str(each.partly), str(each.missed), f"{round(each.lost, 1):g}", *who])
    return table(rows, (0.44, 0.2, 0.09, 0.09, 0.09, *([0.09] if people else [])))


def _calls(calls: Sequence[CallLine]) -> Any:
    rows = [
        [
            c.when,
            f"{c.title} ({c.mode}{', ' + c.note if c.note else ''})",
            f"{c.total} {c.range}",
            f"{c.outcome} {c.verdict}",
            c.rubric,
        ]
        for c in calls
    ]
    return table([["When", "Call", "Total", "How it ended", "Rubric"], *rows], (0.15, 0.3, 0.15, 0.22, 0.18))


def _lines(names: Sequence[str]) -> str:
    told = f"Lines: {'; '.join(names)}."
    return (
        f"{told} Scores by different rubrics or versions cannot be compared, so no line joins them."
        if names[1:]
        else told
    )
