"""Write the pages of docs/ that come from data: guidance.md, coverage.md, and the rules in scoring.md.

Run it after changing guidance.yaml, a rubric, a rule or what a scenario trains: python script/make_docs.py
A test compares the pages with what this writes.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.scoring.case.occasions import NO_OCCASION
from simulator.scoring.guidance import GuidanceRow, load_guidance
from simulator.scoring.rubric import RULES, load_rubric

DOCS = Path(__file__).resolve().parent.parent / "docs"
MADE = "<!-- Made by script/make_docs.py from data; change the data, not this page. -->"
GROUPS = {
    "L": "Listening",
    "C": "Composure",
    "E": "Empathy",
    "O": "Ownership",
    "R": "Resolution",
    "F": "Follow-through",
    "P": "Preparation and learning",
}


def guidance_page() -> str:
    """Return docs/guidance.md."""
    guidance = load_guidance()
    lines = [
        "# What the guidance asks of an agent",
        "",
        MADE,
        "",
        "Forty-five rows, in our own words, digested from five articles. Scenarios, rubrics, mood weights and reports",
        "cite them by id. *Seen* says where a row shows: in the words, in the voice, in the course of the call, or",
        "around it.",
    ]
    for letter, title in GROUPS.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| id | the agent is asked to | seen in | dimension | source |",
            "|---|---|---|---|---|",
        ]
        for row in guidance.rows:
            if row.id.startswith(letter):
                titles = ", ".join(guidance.sources[source].title for source in row.sources)
                cells = (row.id, row.asks, ", ".join(row.seen), row.dimension.replace("_", "-"), titles)
                lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "## Sources",
        "",
        "The articles' own titles were not kept with the digest; each title here is ours, after what its rows ask for.",
        "",
    ]
    lines += [f"- *{source.title}*: {source.file}" for source in guidance.sources.values()]
    return "\n".join(lines) + "\n"


def coverage_rows() -> list[tuple[GuidanceRow, list[str], list[str], list[str]]]:
    """Return each guidance row with its scenarios, the acts and cues that notice it, and its criteria."""
    scenarios = [load_scenario(id) for id in list_scenarios()]
    criteria = load_rubric("practice").criteria
    rows = []
    for row in load_guidance().rows:
        mine = [criterion for criterion in criteria if row.id in criterion.guidance]
        notices = dict.fromkeys(what for criterion in mine for what in criterion.judge.notices())
        trained = [scenario.id for scenario in scenarios if row.id in scenario.trains]
        rows.append((row, trained, list(notices), [criterion.id for criterion in mine]))
    return rows


def coverage_page() -> str:
    """Return docs/coverage.md."""
    lines = [
        "# What is trained, noticed and scored",
        "",
        MADE,
        "",
        "Every row of the guidance that shows in a call (words, voice, course) has scenarios that give the occasion,",
        "acts or cues that notice it, and criteria of the practice rubric that judge it. P4 and P5 lie around the",
        "call: the report and the rehearsal themselves serve them.",
        "",
        "| row | scenarios | acts and cues | criteria |",
        "|---|---|---|---|",
    ]
    for row, scenarios, notices, criteria in coverage_rows():
        cells = [
            ", ".join(cell) if cell else ("around the call" if not row.in_the_call else "")
            for cell in (scenarios, notices, criteria)
        ]
        lines.append(f"| **{row.id}** {row.asks} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def rules_section() -> str:
    """Return the part of docs/scoring.md that lists the rules and the occasions."""
    lines = ["### The rules", ""]
    for rule in RULES:
        name = rule.model_fields["rule"].annotation.__args__[0]
        summary = " ".join((rule.__doc__ or "").split("\n\n")[0].split())
        lines += [f"**`{name}`** {summary}", ""]
        for field, info in rule.model_fields.items():
            if field == "rule":
                continue
            default = "" if info.is_required() else f" (default: {_shown(info.get_default(call_default_factory=True))})"
            lines += wrapped(f"- `{field}`{default}: {info.description}")
        lines.append("")
    lines += ["### The occasions", "", "A criterion's `when` is one of these; without it, `call`.", ""]
    lines += [f"- `{name}`. If not: “{reason}”" for name, reason in NO_OCCASION.items()]
    return "\n".join(lines) + "\n"


def wrapped(item: str) -> list[str]:
    """Return an item of a list in lines of at most 120 characters."""
    return textwrap.wrap(item, 120, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _shown(value: object) -> str:
    if value is None:
        return "none"
    return "none" if value in ((), {}) else str(value)


def scoring_page(text: str) -> str:
    """Return docs/scoring.md with its made part made again."""
    made = f"<!-- rules: made by script/make_docs.py -->\n\n{rules_section()}\n<!-- end of rules -->"
    return re.sub(r"<!-- rules.*?<!-- end of rules -->", lambda _: made, text, flags=re.DOTALL)


def pages() -> dict[Path, str]:
    """Return every page that is made, by path."""
    scoring = DOCS / "scoring.md"
    return {
        DOCS / "guidance.md": guidance_page(),
        DOCS / "coverage.md": coverage_page(),
        scoring: scoring_page(scoring.read_text(encoding="utf-8")),
    }


def main() -> int:
    """Write the pages; return 1 if a row that shows in a call has an empty cell."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path)
    empty = [row.id for row, *cells in coverage_rows() if row.in_the_call and not all(cells)]
    if empty:
        print(f"docs/coverage.md has empty cells in: {', '.join(empty)}", file=sys.stderr)
    return 1 if empty else 0


if __name__ == "__main__":
    sys.exit(main())
