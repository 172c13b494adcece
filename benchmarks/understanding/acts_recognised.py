"""What recognition costs the reading of acts: acts in the trainees' written lines against those in what was recognised.

python benchmarks/understanding/acts_recognised.py                 the recorded trainees
python benchmarks/understanding/acts_recognised.py --synthetic     and those that a synthetic voice speaks (hard)
python benchmarks/understanding/acts_recognised.py --wrong         the lines in which acts differ

The acts of the written line are the truth here, so that F1 tells of the recognizer, and not of the reader.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, field

import jiwer

from simulator.customer.scenario import Scenario, list_scenarios, load_scenario
from simulator.ports import Recognizer
from simulator.session.compose import understanding_of
from simulator.session.trainees import read_script, script_path, speech_of
from simulator.speech.recognition.recognizers import open_recognizer
from simulator.speech.recognition.silero import SileroDetector
from simulator.speech.recognition.transcribing import transcribe
from simulator.understanding.reading import Understanding


@dataclass
class Compared:
    """Acts found in both, in what was recognised alone, and in what was written alone; and the words."""

    right: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    written: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def add(self, written: str, heard: str, understanding: Understanding, context: tuple[str, ...]) -> str:
        """Compare one line; return what differs, in words."""
        wanted, found = (
            {act.act for act in understanding.read(tuple(text.split()), context=context).acts}
            for text in (written, heard)
        )
        self.right.update(wanted & found)
        self.extra.update(found - wanted)
        self.missed.update(wanted - found)
        self.written.append(written)
        self.heard.append(heard or "(nothing)")
        marks = [f"-{act}" for act in sorted(wanted - found)] + [f"+{act}" for act in sorted(found - wanted)]
        return f"{written}\n  {heard}\n      {'  '.join(marks)}" if marks else ""

    def text(self) -> str:
        """Return F1 over all acts together, by act where any differs, and the word error rate."""
        acts = sorted({*self.right, *self.extra, *self.missed})
        lines = [f"{'act':<22}{'both':>6}{'extra':>7}{'missed':>8}{'F1':>7}"]
        for act in acts:
            counts = self.right[act], self.extra[act], self.missed[act]
            lines.append(f"{act:<22}{counts[0]:>6}{counts[1]:>7}{counts[2]:>8}{f1(*counts):>7.2f}")
        whole = f1(self.right.total(), self.extra.total(), self.missed.total())
        errors = jiwer.wer(self.written, self.heard)
        lines.append(f"{len(self.written)} lines, word error rate {100 * errors:.1f} %, F1 over all acts {whole:.3f}")
        return "\n".join(lines)


def f1(right: int, extra: int, missed: int) -> float:
    """Return F1 from counts."""
    return 2 * right / (2 * right + extra + missed) if right + extra + missed else 1.0


def compare(story: Scenario, trainee: str, recognizer: Recognizer, into: Compared) -> list[str]:
    """Compare each line of one trainee; return the lines in which acts differ."""
    script = read_script(story, trainee)
    assert script is not None
    spoken, speech = speech_of(script, script_path(story, trainee).parent, print)
    context = tuple(fact.text for fact in story.facts.values())
    understanding = understanding_of(story)
    differing = []
    for text, name in {(step.text, step.say): None for step in spoken.steps}:
        assert name is not None
        words = transcribe(speech[name], recognizer, SileroDetector())
        differing.append(into.add(text, " ".join(word.word for word in words), understanding, context))
    return [line for line in differing if line]


def main() -> None:
    """Print the comparison for recorded and, if asked, synthetic speech."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--synthetic", action="store_true", help="also the trainees without recordings")
    asked.add_argument("--scenarios", nargs="+", default=list_scenarios())
    asked.add_argument("--wrong", action="store_true", help="show the lines in which acts differ")
    given = asked.parse_args()
    recognizer = open_recognizer(notify=print)
    print(f"Recognizer: {recognizer.name}, {recognizer.model}")
    for synthetic in (False, True) if given.synthetic else (False,):
        into = Compared()
        print(f"\n{'Synthetic' if synthetic else 'Recorded'} speech")
        for name in given.scenarios:
            story = load_scenario(name)
            for trainee in story.trainees:
                script = read_script(story, trainee)
                if script is not None and all((step.say is None) == synthetic for step in script.steps):
                    differing = compare(story, trainee, recognizer, into)
                    print("\n".join(differing), end="\n" if differing else "") if given.wrong else None
        print(into.text() if into.written else "none")


if __name__ == "__main__":
    main()
