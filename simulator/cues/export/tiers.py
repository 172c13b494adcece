"""A measured call as tiers of labelled stretches, as annotation programs show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.clock import Span, from_ms
from simulator.cues.folder import holds_of
from simulator.cues.measurement import Measurement
from simulator.events import ActsRead, Event
from simulator.recording.transcript import turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One row of an annotation: stretches in order with a label each.

    `speaker` is whose speech it is, for formats that have only speakers; "" for other rows. Labels hold no line break
    and no tab.
    """

    name: str
    items: tuple[tuple[Span, str], ...]
    speaker: str = ""


def tiers_of(measurement: Measurement, events: Sequence[Event] = ()) -> tuple[Tier, ...]:
    """Return the tiers of a call; those of words, acts and holds need a log.

    Parameters
    ----------
    measurement : Measurement
    events : sequence of Event, optional
        The log of the call folder.

    Examples
    --------
    >>> found = Measurement(duration=320, measures={}, trainee_speech=(Span(0, 160),))
    >>> [tier.name for tier in tiers_of(found)][:2]
    ['trainee speech', 'customer speech']
    """
    duration = measurement.duration
    found = [
        Tier(name="trainee speech", items=_plain(measurement.trainee_speech, "speech"), speaker="trainee"),
        Tier(name="customer speech", items=_plain(measurement.customer_speech, "speech"), speaker="customer"),
    ]
    if events:
        said = turns(tuple(events), duration)
        for speaker in ("trainee", "customer"):
            items = [
                (Span(from_ms(turn.start_ms), max(from_ms(turn.start_ms) + 1, from_ms(turn.stop_ms))), turn.text)
                for turn in said
                if turn.speaker == speaker
            ]
            found.append(Tier(name=f"{speaker} says", items=_clean(items), speaker=speaker))
        acts = [
            (event.span, " ".join(act.act for act in event.acts)) for event in events if isinstance(event, ActsRead)
        ]
        found.append(Tier(name="acts", items=_clean(acts)))
        found.append(Tier(name="holds", items=_plain(holds_of(events, duration), "hold")))
    found += [
        Tier(name="overlaps", items=_clean((overlap.span, overlap.kind) for overlap in measurement.overlaps)),
        Tier(name="pauses", items=_plain(measurement.pauses, "pause")),
        Tier(name="filled pauses", items=_plain(measurement.filled_pauses, "filled pause")),
        Tier(name="responses", items=_plain(measurement.responses, "response")),
        Tier(name="dead air", items=_plain(measurement.dead_air, "dead air")),
    ]
    return tuple(found)


def _plain(spans: Iterable[Span], label: str) -> tuple[tuple[Span, str], ...]:
    return tuple((span, label) for span in spans)


def _clean(items: Iterable[tuple[Span, str]]) -> tuple[tuple[Span, str], ...]:
    ordered = sorted(items, key=lambda item: item[0])
    return tuple((span, " ".join(label.split())) for span, label in ordered)
