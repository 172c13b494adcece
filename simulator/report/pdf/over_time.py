"""The pages over time as PDFs: the same views as the pages for the browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from simulator.report.pdf.drawings import course_drawing
from simulator.report.pdf.parts import bar, build, p, prepare_fonts, sums, table
from simulator.report.progress import CallLine, PersonView
from simulator.report.tally import Often
from simulator.report.team import SeriesView, TeamView

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
        story += [p("Week by week: points won of the points that applied, in per cent", "section")]
        story += [course_drawing(view.course), p(_lines(view.course.lines), "soft")]
        story += [p(point.title, "soft") for point in view.course.points]
    if view.without:
        story += [p(f"Without a call that counts here: {', '.join(view.without)}.")]
    for each in view.series:
        story += _series(each)
    return build([*story, *(p(note, "soft") for note in (*view.notes, FOOT))], title=title)


def _series(each: SeriesView) -> Iterator[Any]:
    yield p(f"Scored by {each.name}", "section")
    yield p(f"{each.calls} calls, {each.people} people.")
    for judged in each.verdicts:
        yield p(f"{judged.verdict}: {judged.count}{'; ' if judged.who else ''}{', '.join(judged.who)}")
    yield p("How the totals spread", "head")
    yield table(
        [
            ["Total", "", "Calls", "Who"],
            *([x.label, bar(x.height), str(x.count), ", ".join(x.who)] for x in each.piles),
        ],
        (0.14, 0.26, 0.1, 0.5),
    )
    yield p("The six dimensions", "head")
    yield sums(each.dimensions)
    yield p("Where most points are lost", "head")
    yield _often(each.weakest, people=True)
    yield p("Everybody by dimension", "head")
    names = [name for name, _ in each.dimensions]
    share = 0.76 / max(1, len(names))
    people: list[list[Any]] = [[m.name, *(s.text() for s in m.dimensions)] for m in each.members]
    people += [[name, "no call", *[""] * (len(names) - 1)] for name in each.without]
    yield table([["Person", *names], *people], (0.24, *[share] * len(names)))
    yield p("Who", "head")
    rows = [[m.name, str(m.calls), m.sum.text(), f"{m.last.total} {m.last.verdict}", m.last.when] for m in each.members]
    yield table([["Person", "Calls", "Points of all calls", "Last total", "When"], *rows], (0.3, 0.1, 0.22, 0.18, 0.2))


def _often(found: Sequence[Often], *, people: bool) -> Any:
    more = ["Not met by"] if people else []
    rows: list[list[Any]] = [["Criterion", "Met", "Partly", "Missed", "Lost", *more]]
    for each in found:
        under = "<br/>".join(f'<font size="7">{escape(f"{id} {asks}")}</font>' for id, asks in each.guidance)
        title = p(f"{escape(each.title)}<br/>{under}", marked=True)
        who = [", ".join(each.not_met_by)] if people else []
        rows.append([title, each.text(), str(each.partly), str(each.missed), f"{round(each.lost, 1):g}", *who])
    return table(rows, (0.36, 0.16, 0.09, 0.09, 0.08, 0.22) if people else (0.44, 0.2, 0.12, 0.12, 0.12))


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
