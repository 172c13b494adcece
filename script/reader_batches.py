"""Batches for training the reader: turns of one case at a time, with the sentences of that case beside them.

Beside the corpus there are turns whose acts are labelled for the whole turn only (`whole/*.tsv`: text, context, acts),
and real service calls in which nobody was rude (`polite/*.tsv`: context, text), which teach only what is no harm.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
import yaml
from reader_model import KINDS
from torch import Tensor

from simulator.understanding.corpus import LabelledTurn, read_corpus, read_drills, read_heard
from simulator.understanding.encoding import Encoder, Pieces
from simulator.understanding.tags import FACT, OFFER, OTHER_OFFER, QUESTION, QUESTION_KINDS, TAGS
from simulator.vocabulary import ACTS, HARMFUL

SIZE = 24
"""Turns in a batch."""
WHOLE_SHARE = 0.25
"""Of the turns labelled as a whole, the share that an epoch uses."""
HARM_TIMES = 2
"""Turns that do harm are few; each is seen so often in an epoch."""
OTHERS = 24
"""Of a case's sentences that no turn of a batch says, so many are compared with it; all would double the time."""
LONGEST_CLAUSE = 14
"""A turn of so few words with one act is one clause of it."""
TAG = {name: n for n, name in enumerate(TAGS)}
__all__ = ["Batch", "Batches", "Encoder"]


@dataclass
class Item:
    """One turn, ready: its pieces, tags by span of words, and what is known of the rest."""

    pieces: Pieces
    case: str
    spans: list[tuple[str, int, int]] = field(default_factory=list)
    references: list[tuple[str, int, int]] = field(default_factory=list)
    whole: tuple[str, ...] | None = None
    """Acts of the whole turn, where spans are not known."""
    harmless_only: bool = False


@dataclass
class Batch:
    """Tensors of one step; see `train_reader.loss_of`."""

    ids: Tensor
    mask: Tensor
    types: Tensor
    agent: Tensor
    tags: Tensor
    tag_weights: Tensor
    turn_tags: Tensor
    turn_weights: Tensor
    sentence_ids: Tensor | None = None
    sentence_mask: Tensor = field(default_factory=lambda: torch.zeros(0))
    sentence_kinds: Tensor = field(default_factory=lambda: torch.zeros(0))
    matches: Tensor = field(default_factory=lambda: torch.zeros(0))


def tags_of(turn: LabelledTurn) -> tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]]:
    """Return the tags and the references of a turn, by span of words."""
    spans = [(label.name, label.first, label.last) for label in turn.acts]
    references = []
    for label in turn.references:
        kind, _, rest = label.name.partition(":")
        place = (label.first, label.last)
        if kind == "ask":
            spans.append((QUESTION, *place))
            if rest in QUESTION_KINDS:
                spans.append((rest, *place))
            else:
                references.append((label.name, *place))
        elif kind == "pass":
            spans.append((label.name, *place))
        elif kind == "fact":
            spans.append((FACT, *place))
            references.append((label.name, *place))
        else:
            spans.append((OTHER_OFFER if rest == "other" else OFFER, *place))
            if rest != "other":
                references.append((label.name, *place))
    return spans, references


class Batches:
    """Every turn that is trained on, in batches that differ by epoch."""

    def __init__(self, folder: Path, encoder: Encoder, *, seed: int, without: tuple[str, ...] = ()) -> None:
        self._encoder, self._seed = encoder, seed
        self._cases = yaml.safe_load((folder / "sentences.yaml").read_text(encoding="utf-8"))
        self._items: list[Item] = []
        for turn in (*read_corpus(folder), *read_heard(folder), *read_drills(folder)):
            if turn.writer not in without:
                spans, references = tags_of(turn)
                case = turn.case if turn.case in self._cases else ""
                pieces = encoder.turn(turn.words, turn.said)
                item = Item(pieces, case, spans, references)
                harm = any(name in HARMFUL for name, _, _ in spans)
                self._items += [item] * (HARM_TIMES if harm else 1)
        self._whole = [*_whole(folder, encoder), *_polite(folder, encoder)]
        self.turns = len(self._items) + len(self._whole)
        self.count = sum(1 for _ in self._plan(0))

    def _plan(self, epoch: int) -> Iterator[list[Item]]:
        chance = random.Random(self._seed * 1000 + epoch)
        by_case: dict[str, list[Item]] = defaultdict(list)
        for item in self._items:
            by_case[item.case].append(item)
        by_case[""] += chance.sample(self._whole, int(len(self._whole) * WHOLE_SHARE))
        batches = []
        for items in by_case.values():
            chance.shuffle(items)
            items.sort(key=lambda item: len(item.pieces.ids) + chance.randrange(12))
            batches += [items[at : at + SIZE] for at in range(0, len(items), SIZE)]
        chance.shuffle(batches)
        yield from batches

    def epoch(self, epoch: int) -> Iterator[Batch]:
        """Yield the batches of an epoch."""
        chance = random.Random(self._seed * 1000 + epoch + 500)
        for items in self._plan(epoch):
            batch = _batch(items)
            if items[0].case:
                self._add_sentences(batch, items, chance)
            yield batch

    def _add_sentences(self, batch: Batch, items: list[Item], chance: random.Random) -> None:
        known = self._cases[items[0].case]
        meant = {name for item in items for name, _, _ in item.references}
        others = [name for name in known if name not in meant]
        spared = set(chance.sample(others, max(0, len(others) - OTHERS)))
        names = [name for name in known if name not in spared]
        chosen = [
            self._encoder.sentence(f"{name.partition(chr(58))[0]} {chance.choice(known[name])}") for name in names
        ]
        ids, mask = _padded(chosen)
        batch.sentence_ids, batch.sentence_mask = ids, mask
        batch.sentence_kinds = torch.tensor([KINDS.index(name.partition(":")[0]) for name in names])
        matches = torch.zeros((*batch.ids.shape, len(names)))
        for row, item in enumerate(items):
            for name, first, last in item.references:
                if name in known:
                    matches[row, _within(item.pieces, first, last), names.index(name)] = 1
        batch.matches = matches


def _within(pieces: Pieces, first: int, last: int) -> list[int]:
    return [n for n, word in enumerate(pieces.at) if first <= word <= last]


def _padded(rows: list[tuple[int, ...]]) -> tuple[Tensor, Tensor]:
    longest = max(len(row) for row in rows)
    ids = torch.zeros((len(rows), longest), dtype=torch.long)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    for n, row in enumerate(rows):
        ids[n, : len(row)] = torch.tensor(row)
        mask[n, : len(row)] = 1
    return ids, mask


def _batch(items: list[Item]) -> Batch:
    ids, mask = _padded([item.pieces.ids for item in items])
    types, _ = _padded([item.pieces.types for item in items])
    agent = torch.zeros(ids.shape)
    tags = torch.zeros((*ids.shape, len(TAGS)))
    weights = torch.ones((*ids.shape, len(TAGS)))
    turn_tags, turn_weights = torch.zeros((len(items), len(TAGS))), torch.ones((len(items), len(TAGS)))
    harm = [TAG[name] for name in HARMFUL]
    kinds = [TAG[name] for name in QUESTION_KINDS]
    for row, item in enumerate(items):
        agent[row, [n for n, word in enumerate(item.pieces.at) if word >= 0]] = 1
        for name, first, last in item.spans:
            tags[row, _within(item.pieces, first, last), TAG[name]] = 1
            turn_tags[row, TAG[name]] = 1
        for name, first, last in item.references:  # of a question of the case it is not known which kind it is
            if name.startswith("ask:"):
                for kind in kinds:
                    weights[row, _within(item.pieces, first, last), kind] = 0
                    turn_weights[row, kind] = turn_tags[row, kind]
        if item.harmless_only:
            known = harm
        elif item.whole is not None:
            known = [TAG[name] for name in ACTS]
        else:
            continue
        unknown = [n for n in range(len(TAGS)) if n not in known]
        turn_weights[row, unknown] = 0
        weights[row, :, unknown] = 0
        for name in item.whole or ():
            turn_tags[row, TAG[name]] = 1
            if not item.spans:
                weights[row, :, TAG[name]] = 0
    return Batch(ids, mask, types, agent, tags, weights, turn_tags, turn_weights)


def _whole(folder: Path, encoder: Encoder) -> Iterator[Item]:
    for path in sorted((folder / "whole").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            text, context, acts = line.split("\t")
            names = tuple(name for name in acts.split(",") if name in ACTS)
            said = (context,) if context else ()
            words = text.split()
            one = len(names) == 1 and len(words) <= LONGEST_CLAUSE
            spans = [(names[0], 0, len(words) - 1)] if one else []
            yield Item(encoder.turn(words, said), "", spans, whole=names)


def _polite(folder: Path, encoder: Encoder) -> Iterator[Item]:
    for path in sorted((folder / "polite").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            context, text = line.split("\t")
            yield Item(encoder.turn(text.split(), (context,) if context else ()), "", harmless_only=True)
