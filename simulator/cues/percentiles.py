"""Percentiles as numpy's, without what numpy's own take a tenth of a minute's measurement to load (`numpy.ma`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def percentile(values: ArrayLike, percent: float) -> float:
    """Return a percentile, linear between neighbours, as `numpy.percentile` does.

    Parameters
    ----------
    values : array_like, numbers, not empty
    percent : float, 0 to 100

    Examples
    --------
    >>> percentile([3.0, 1.0, 2.0], 75), percentile([5.0], 10)
    (2.5, 5.0)
    """
    (found,) = percentiles(values, percent)
    return found


def median(values: ArrayLike) -> float:
    """Return the median of the values that are numbers, NaN where none is.

    Examples
    --------
    >>> median([4.0, float("nan"), 1.0])
    2.5
    """
    ordered = np.sort(np.asarray(values))
    known = len(ordered) - int(np.isnan(ordered).sum())  # what is no number stands last
    return _at(ordered[:known], 50) if known else float("nan")


def percentiles(values: ArrayLike, *percents: float) -> list[float]:
    """Return several percentiles of the same values.

    Examples
    --------
    >>> percentiles([0.0, 10.0], 5, 95)
    [0.5, 9.5]
    """
    ordered = np.sort(np.asarray(values))
    return [_at(ordered, percent) for percent in percents]


def _at(ordered: NDArray[Any], percent: float) -> float:
    place = (len(ordered) - 1) * percent / 100
    low = int(place)
    below, above = float(ordered[low]), float(ordered[min(low + 1, len(ordered) - 1)])
    return below + (above - below) * (place - low)
