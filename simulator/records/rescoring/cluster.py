"""An archive scored again by a Dask cluster.

A worker gets the paths of call folders and the rubric, and returns the rows of the result (totals, verdicts, reasons):
no words and no sound. The workers read the recordings themselves, so each must find the folder of calls under the same
path and run the same version of Hotseat.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator import __version__
from simulator.cues.measurement import MEASURES_VERSION
from simulator.errors import InputError, SimulatorError
from simulator.records.rescoring.archive import BATCH, Rescoring, rescore_one
from simulator.records.rescoring.document import BrokenCall, RescoreRow
from simulator.scoring.score import SCORING_VERSION

if TYPE_CHECKING:
    from distributed import Client

ANSWER_WITHIN_S = 10
"""A scheduler that has not answered by then is not there."""


def on_cluster(address: str, calls: Sequence[Path], how: Rescoring) -> Iterator[RescoreRow | BrokenCall]:
    """Yield each call scored again, in the order of `calls`.

    Parameters
    ----------
    address : str
        Of the scheduler, such as tcp://10.0.0.5:8786.
    calls : sequence of Path
    how : Rescoring

    Raises
    ------
    InputError
        If Dask is not installed, nobody answers there, there is no worker, or one runs another version of Hotseat.
    SimulatorError
        If the cluster is lost meanwhile.
    """
    with _connected(address) as client:
        _check_workers(client)
        paths = [path.resolve() for path in calls]
        batches = [paths[at : at + BATCH] for at in range(0, len(paths), BATCH)]
        tasks = client.map(rescore_batch, batches, how=how, pure=False)
        for task in tasks:
            try:
                yield from task.result()
            except Exception as error:
                raise SimulatorError(f"the Dask cluster could not finish ({type(error).__name__}: {error})") from error


def rescore_batch(paths: Sequence[Path], how: Rescoring) -> list[RescoreRow | BrokenCall]:
    """Score a few calls again; this is what a worker does."""
    return [rescore_one(path, how) for path in paths]


def versions() -> tuple[str, str, str]:
    """Return what must be the same on every worker: the versions of Hotseat, its measures and its rules."""
    return __version__, MEASURES_VERSION, SCORING_VERSION


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError("Dask is not installed here; type: pip install 'hotseat[dask]'") from error
    try:
        return Client(address, timeout=ANSWER_WITHIN_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise InputError(
            f"no Dask scheduler answers at {address!r}; give its address, such as tcp://10.0.0.5:8786"
        ) from error


def _check_workers(client: Client) -> None:
    try:
        found: dict[str, Any] = client.run(versions)
    except Exception as error:  # most often: Hotseat is not installed there
        raise InputError(f"a worker of the cluster cannot run Hotseat ({type(error).__name__}: {error})") from error
    if not found:
        raise InputError("the cluster has no worker; start one with: dask worker ADDRESS")
    for worker, theirs in sorted(found.items()):
        if tuple(theirs) != versions():
            found_there = ", ".join(f"{what} {version}" for what, version in zip(_PARTS, theirs, strict=True))
            raise InputError(
                f"the worker {worker} runs another version ({found_there}); install the same one everywhere"
            )


_PARTS = ("Hotseat", "measures", "scoring")
