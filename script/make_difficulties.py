"""Rehearse the scenarios of the shipped forms and write how hard they are: simulator/records/difficulties.yaml.

Run it after changing a scenario of a form, the certification rubric, or how acts are heard and scored; it takes a
minute or two: python script/make_difficulties.py
It refuses to write figures by which the forms would not be equally hard.
"""

from __future__ import annotations

import sys

import yaml

from simulator.records.difficulty import SHIPPED, Rehearsals, levels_of
from simulator.records.forms import forms_of, load_policy
from simulator.session.difficulty import rehearse_scenario, scenarios_of

HEAD = """\
# How hard the scenarios of the shipped forms are, by rehearsal: 100 less the mean total of three scripted trainees.
# Made by script/make_difficulties.py; do not edit. hotseat forms check --again rehearses them anew.
"""


def main() -> int:
    """Write the file; 1 if the forms are not equally hard."""
    policy = load_policy()
    forms = forms_of(policy)
    found: dict[str, Rehearsals] = {}
    for name in scenarios_of(forms):
        found[name] = rehearse_scenario(name, policy.rubric)
        print(f"{name:20}{found[name].points:6.2f}", flush=True)
    levels, spread = levels_of(forms, {name: each.points for name, each in found.items()})
    print(", ".join(f"{id} {level:.2f}" for id, level in levels.items()), f"- apart {spread:.2f}")
    if spread > policy.equal_within:
        print(f"Not written: forms may be {policy.equal_within:g} points apart in difficulty.", file=sys.stderr)
        return 1
    figures = yaml.safe_dump({"figures": [each.model_dump() for each in found.values()]}, sort_keys=False)
    SHIPPED.write_text(HEAD + figures, encoding="utf-8")
    print(SHIPPED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
