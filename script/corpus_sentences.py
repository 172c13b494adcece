"""Write corpus/sentences.yaml: the sentences of every shipped scenario, as the corpus names them.

python script/corpus_sentences.py corpus
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from simulator.customer.asking import sentences_of
from simulator.customer.scenario import list_scenarios, load_scenario


def main() -> None:
    """Write the file; what must not be promised is counted from 1, as the labels do.

    The usual questions that no case answers itself are left out: labels name them by kind.
    """
    cases = {}
    for name in list_scenarios():
        scenario = load_scenario(name)
        by_kind = sentences_of(scenario)
        own = {answer.id for answer in scenario.answers} | set(scenario.caller.details)
        by_kind["ask"] = {id_: texts for id_, texts in by_kind["ask"].items() if id_ in own}
        order = [forbidden.id for forbidden in scenario.briefing.may_not]
        cases[name] = {
            f"{kind}:{order.index(id_) + 1 if kind == 'forbid' else id_}": list(texts)
            for kind, by_id in by_kind.items()
            for id_, texts in by_id.items()
        }
    text = yaml.safe_dump(cases, allow_unicode=True, sort_keys=False, width=120)
    (Path(sys.argv[1]) / "sentences.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
