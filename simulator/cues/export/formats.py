"""Tiers in the formats of other programs: Praat, ELAN, diarization scoring, Audacity, subtitles.

References
----------
.. [1] Praat manual, "TextGrid file formats" (long text format).
.. [2] NIST, "The 2009 (RT-09) Rich Transcription Meeting Recognition Evaluation Plan", appendix A: RTTM.
.. [3] ELAN manual, "Import CSV / Tab-delimited text file".
.. [4] Audacity manual, "Importing and exporting labels".
.. [5] W3C, "WebVTT: The Web Video Text Tracks Format".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.clock import RATE_HZ, Span, to_ms, to_seconds
from simulator.cues.export.tiers import Tier
from simulator.table import guarded


def textgrid(tiers: Sequence[Tier], duration: int) -> str:
    """Return a Praat TextGrid, long format: every tier covers the whole call, with empty intervals between.

    Where stretches of one tier overlap, the first is cut: Praat allows no overlap within a tier.
    """
    end = _seconds(max(duration, 1))
    rows = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0 ", f"xmax = {end} "]
    rows += ["tiers? <exists> ", f"size = {len(tiers)} ", "item []: "]
    for number, tier in enumerate(tiers, 1):
        intervals = _covering(tier.items, max(duration, 1))
        rows += [f"    item [{number}]:", '        class = "IntervalTier" ', f"        name = {_quoted(tier.name)} "]
        rows += ["        xmin = 0 ", f"        xmax = {end} ", f"        intervals: size = {len(intervals)} "]
        for at, (span, label) in enumerate(intervals, 1):
            rows += [
                f"        intervals [{at}]:",
                f"            xmin = {_seconds(span.start)} ",
                f"            xmax = {_seconds(span.stop)} ",
                f"            text = {_quoted(label)} ",
            ]
    return "\n".join(rows) + "\n"


def elan(tiers: Sequence[Tier], duration: int) -> str:
    """Return tab-separated text with a header, times in milliseconds: ELAN's "Import CSV / Tab-delimited"."""
    rows = ["tier\tbegin_ms\tend_ms\tduration_ms\tannotation"]
    for tier in tiers:
        for span, label in tier.items:
            # ELAN's clock is whole milliseconds.
            begin, end = round(to_ms(span.start)), round(to_ms(span.stop))
            rows.append(f"{guarded(tier.name)}\t{begin}\t{end}\t{end - begin}\t{guarded(label)}")
    return "\n".join(rows) + "\n"


def rttm(tiers: Sequence[Tier], duration: int, name: str = "call") -> str:
    """Return who spoke when as NIST RTTM, from the tiers of speech."""
    file = "_".join(name.split()) or "call"
    rows = [
        (
            span,
            f"SPEAKER {file} 1 {to_seconds(span.start):.3f} {to_seconds(span.duration):.3f}"
            f" <NA> <NA> {tier.speaker} <NA> <NA>",
        )
        for tier in tiers
        if tier.speaker and tier.name.endswith(" speech")
        for span, _ in tier.items
    ]
    return "".join(f"{row}\n" for _, row in sorted(rows))


def audacity(tiers: Sequence[Tier], duration: int) -> str:
    """Return one label track for Audacity; each label begins with its tier."""
    rows = [
        (
            span,
            f"{to_seconds(span.start):.6f}\t{to_seconds(span.stop):.6f}\t{tier.name}"
            + ("" if label in tier.name else f": {label}"),
        )
        for tier in tiers
        for span, label in tier.items
    ]
    return "".join(f"{row}\n" for _, row in sorted(rows))


def webvtt(tiers: Sequence[Tier], duration: int) -> str:
    """Return subtitles: the words where they are known, else who speaks."""
    said = [tier for tier in tiers if tier.speaker and tier.name.endswith(" says")]
    shown = said or [tier for tier in tiers if tier.speaker]
    cues = sorted((span, tier.speaker, label) for tier in shown for span, label in tier.items if label)
    rows = ["WEBVTT", ""]
    for number, (span, speaker, label) in enumerate(cues, 1):
        rows += [str(number), f"{_vtt_time(span.start)} --> {_vtt_time(span.stop)}"]
        rows += [f"<v {speaker}>{_vtt_text(label)}", ""]
    return "\n".join(rows)


FORMATS: dict[str, tuple[str, Callable[[Sequence[Tier], int], str]]] = {
    "textgrid": (".TextGrid", textgrid),
    "elan": (".tsv", elan),
    "rttm": (".rttm", rttm),
    "audacity": (".txt", audacity),
    "webvtt": (".vtt", webvtt),
}
"""Format: the suffix of its files, and its writer."""


def _covering(items: Sequence[tuple[Span, str]], duration: int) -> list[tuple[Span, str]]:
    found: list[tuple[Span, str]] = []
    at = 0
    for number, (span, label) in enumerate(items):
        following = items[number + 1][0].start if number + 1 < len(items) else duration
        stop = min(span.stop, max(following, span.start + 1), duration)
        start = max(span.start, at)
        if start >= stop:
            continue
        if start > at:
            found.append((Span(at, start), ""))
        found.append((Span(start, stop), label))
        at = stop
    if at < duration:
        found.append((Span(at, duration), ""))
    return found


def _seconds(samples: int) -> str:
    # Sixteen thousandths of a second end after seven decimals: exact, so that neighbouring intervals meet.
    return f"{samples / RATE_HZ:.7f}".rstrip("0").rstrip(".")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _vtt_time(samples: int) -> str:
    ms = round(to_ms(samples))
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def _vtt_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
