"""A call as a picture: both waveforms, the trainee's pitch and level, who spoke when, and the overlaps."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ, Span, to_seconds
from simulator.cues.measurement import Measurement
from simulator.cues.signal.framing import FULL_SCALE
from simulator.ports import Samples

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 2400
"""Points across a waveform or a level: more than a picture has pixels."""
MINUTES_FROM_S = 60
"""From here on the time axis reads minutes and seconds."""
STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
MOST_TICKS = 13
"""Marks on the time axis, at most."""
TRAINEE, CUSTOMER, QUIET = "#1b6ca8", "#b3541e", "#8a8a8a"
OVERLAP_COLOURS = {"interruption": "#c62828", "collision": "#ef9a3d", "backchannel": "#4f9d4f", "yield": "#7e57c2"}
"""One colour a kind. Nobody has to tell red from green: each kind has a row of its own."""


def draw(measurement: Measurement, trainee: Samples, customer: Samples | None, *, title: str, kind: str) -> bytes:
    """Return the picture of a call.

    Parameters
    ----------
    measurement : Measurement
        With tracks.
    trainee, customer : np.ndarray, int16, shape (n,), 16 kHz
    title : str
    kind : "png" or "svg"

    Returns
    -------
    bytes
        The file; the same call gives the same picture.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    end = to_seconds(max(measurement.duration, 1))
    with mpl.rc_context({"svg.hashsalt": "hotseat", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(14, 8.5), layout="constrained")
        FigureCanvasAgg(figure)
        waves, pitch, level, lanes = figure.subplots(4, 1, sharex=True, height_ratios=(2.2, 1.6, 1.3, 1.7))
        waves.set_title(title, loc="left", fontsize=11)
        _waves(waves, trainee, customer)
        _overlaps(waves, measurement)
        _pitch(pitch, measurement)
        _level(level, measurement)
        _lanes(lanes, measurement, alone=customer is None)
        _time_axis(lanes, end)
        for axes in (waves, pitch, level, lanes):
            axes.spines[["top", "right"]].set_visible(False)
        packed = io.BytesIO()
        # Without a date the same call gives the same bytes.
        metadata = {"Date": None} if kind == "svg" else {"Software": "hotseat"}
        figure.savefig(packed, format=kind, dpi=110, metadata=metadata)
    return packed.getvalue()


def _waves(axes: Axes, trainee: Samples, customer: Samples | None) -> None:
    tracks = [("trainee", trainee, TRAINEE), ("customer", customer, CUSTOMER)]
    shown = [(name, samples, colour) for name, samples, colour in tracks if samples is not None and len(samples)]
    peak = max((float(np.abs(samples.astype(np.int32)).max()) / FULL_SCALE for _, samples, _ in shown), default=1.0)
    scale = max(peak, 0.01)
    for row, (_, samples, colour) in enumerate(shown):
        at, low, high = _envelope(samples)
        axes.fill_between(at, low / scale - 2.1 * row, high / scale - 2.1 * row, color=colour, linewidth=0.2)
    axes.set_yticks([-2.1 * row for row in range(len(shown))], [name for name, _, _ in shown])
    axes.set_ylim(-2.1 * max(len(shown) - 1, 0) - 1.1, 1.1)
    note = f"highest peak {20 * np.log10(scale):.1f} dBFS"
    axes.text(1.0, 1.02, note, transform=axes.transAxes, ha="right", color=QUIET)


def _overlaps(axes: Axes, measurement: Measurement) -> None:
    """Shade the stretches in which both spoke, in the colour of their kind."""
    least = to_seconds(max(measurement.duration, 1)) / 1000
    for overlap in measurement.overlaps:
        start = to_seconds(overlap.span.start)
        stop = start + max(to_seconds(overlap.span.duration), least)
        axes.axvspan(start, stop, color=OVERLAP_COLOURS[overlap.kind], alpha=0.3, linewidth=0)


def _time_axis(axes: Axes, end: float) -> None:
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    axes.set_xlim(0, end)
    if end < MINUTES_FROM_S:
        axes.set_xlabel("time (s)")
        return
    step = next((step for step in STEPS_S if end / step <= MOST_TICKS), end / MOST_TICKS)
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{int(at) // 60}:{int(at) % 60:02d}"))
    axes.set_xlabel("time (min:s)")


def _envelope(samples: Samples) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    edges = np.unique(np.linspace(0, len(samples), min(COLUMNS, len(samples)) + 1).astype(np.intp))[:-1]
    low = np.minimum.reduceat(samples, edges) / FULL_SCALE
    high = np.maximum.reduceat(samples, edges) / FULL_SCALE
    return edges / RATE_HZ, low, high


def _pitch(axes: Axes, measurement: Measurement) -> None:
    axes.set_ylabel("pitch (Hz)")
    axes.grid(axis="y", color="#e0e0e0", linewidth=0.6)
    tracks = measurement.tracks
    if tracks is None or np.isnan(tracks.f0_hz).all():
        axes.text(0.5, 0.5, "no voice found", transform=axes.transAxes, ha="center", color=QUIET)
        return
    axes.plot(tracks.f0_time_ms / 1000, tracks.f0_hz, ".", color=TRAINEE, markersize=2.2, rasterized=True)
    low, high = np.nanpercentile(tracks.f0_hz, (1, 99))
    axes.set_yscale("log", base=2)
    axes.set_ylim(low / 1.15, high * 1.15)
    ticks = [hz for hz in (50, 75, 100, 150, 200, 300, 400, 600) if low / 1.15 <= hz <= high * 1.15]
    axes.set_yticks(ticks, [str(hz) for hz in ticks])
    axes.minorticks_off()
    _line_at(axes, measurement, "f0_median_hz", "{:.0f} Hz")


def _level(axes: Axes, measurement: Measurement) -> None:
    axes.set_ylabel("level (dBFS)")
    axes.grid(axis="y", color="#e0e0e0", linewidth=0.6)
    tracks = measurement.tracks
    if tracks is None or not len(tracks.level_dbfs):
        return
    at, low, middle, high = _spread(tracks.level_time_ms / 1000, tracks.level_dbfs)
    axes.fill_between(at, low, high, color=TRAINEE, alpha=0.3, linewidth=0, rasterized=True)
    axes.plot(at, middle, color=TRAINEE, linewidth=0.8, rasterized=True)
    top = float(tracks.level_dbfs.max())
    axes.set_ylim(max(-100.0, top - 60), top + 3)
    _line_at(axes, measurement, "level_dbfs", "{:.1f} dBFS")


def _spread(time_s: NDArray[np.float64], level: NDArray[np.float32]) -> tuple[NDArray[Any], ...]:
    """Return times, and the least, the middle and the highest level of each column."""
    each = -(-len(level) // COLUMNS)
    columns = np.pad(level, (0, -len(level) % each), mode="edge").reshape(-1, each)
    return time_s[::each], columns.min(axis=1), np.median(columns, axis=1), columns.max(axis=1)


def _line_at(axes: Axes, measurement: Measurement, key: str, form: str) -> None:
    measure = measurement.measures.get(key)
    if measure is not None and measure.value is not None:
        axes.axhline(measure.value, color=QUIET, linewidth=0.8, linestyle="--")
        axes.text(1.002, measure.value, form.format(measure.value), transform=axes.get_yaxis_transform(), va="center")


def _lanes(axes: Axes, measurement: Measurement, *, alone: bool) -> None:
    """Draw one lane a kind of stretch, from the top: who speaks, then overlaps by kind, silences at the bottom."""
    lanes: list[tuple[str, Sequence[Span], str]] = [("trainee speaks", measurement.trainee_speech, TRAINEE)]
    if not alone:
        lanes.append(("customer speaks", measurement.customer_speech, CUSTOMER))
        for kind, colour in OVERLAP_COLOURS.items():
            met = [overlap.span for overlap in measurement.overlaps if overlap.kind == kind]
            lanes.append((f"{kind}s", met, colour))
        lanes.append(("responses", measurement.responses, "#3f8f8f"))
    lanes.append(("pauses", measurement.pauses, QUIET))
    lanes.append(("filled pauses", measurement.filled_pauses, "#a0699b"))
    if not alone:
        lanes.append(("dead air", measurement.dead_air, "#000000"))
    end = to_seconds(max(measurement.duration, 1))
    for row, (_, spans, colour) in enumerate(lanes):
        # What is shorter than a pixel would vanish.
        bars: list[Any] = [(to_seconds(s.start), max(to_seconds(s.duration), end / 1000)) for s in spans]
        axes.broken_barh(bars, (-row - 0.4, 0.8), facecolors=colour)
    axes.set_yticks([-row for row in range(len(lanes))], [f"{name} ({len(spans)})" for name, spans, _ in lanes])
    axes.set_ylim(-len(lanes) + 0.4, 0.6)
    axes.grid(axis="x", color="#e0e0e0", linewidth=0.6)
    axes.set_axisbelow(True)
