"""Learn the weights of the acts' evidence from labelled utterances: simulator/understanding/data/evidence.npz.

python script/learn_acts.py                     from the files in LEARNT_FROM
python script/learn_acts.py --without FILE.tsv  without one of them, to see what that file alone teaches
python script/learn_acts.py --out FILE.npz      write elsewhere

Needs scipy (in the dev extra). One act at a time is a logistic regression; all are fitted together. Beside the
utterances as written, it learns from pairs said in one breath, from utterances after an unrelated line of the customer,
and from utterances with words dropped or swapped: made with a fixed seed.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

HOUSE = Path(__file__).parent.parent
sys.path[:0] = [str(HOUSE), str(HOUSE / "benchmarks")]

from acts import DATA, Labelled, noisy, read_labelled  # noqa: E402  the benchmark reads the same files
from simulator.understanding.evidence import FILE, SCALE, pieces, standing  # noqa: E402
from simulator.understanding.vectors import vector  # noqa: E402

from simulator.understanding.wording import tokens  # noqa: E402
from simulator.vocabulary import ACTS  # noqa: E402

LEARNT_FROM = ("rules.tsv", "examples.tsv", "unseen-1.tsv", "unseen-2.tsv", "unseen-3.tsv")
"""Never test.tsv, nor the newest fresh sets: they are only measured on."""
AT_LEAST = 3
"""Utterances that a feature must occur in."""
VECTOR_WEIGHT = 4.0
"""How much more freely the vector's weights may grow than the words'."""
PENALTY = 1.0
ROUNDS = 60
PAIRS, AFTER_ANOTHER_LINE, NOISY = 2500, 1500, 1500
NOISE = 0.12
RELATIVE = {"contradiction", "reflection", "personalisation"}
"""Acts that another line of the customer would make wrong."""


def made_up(utterances: list[Labelled]) -> list[Labelled]:
    """Return more utterances, made from those given."""
    draw = random.Random(1)
    plain = [one for one in utterances if not one.said and len(one.words) <= 14]
    short = [one for one in utterances if len(one.words) <= 16]
    out = []
    for _ in range(PAIRS):
        first, second = draw.choice(short), draw.choice(plain)
        said = first.said or second.said
        if draw.random() < 0.4:
            first, second = second, first
        out.append(Labelled(first.words + second.words, said, first.acts | second.acts))
    lines = [one.said for one in utterances if one.said]
    free = [one for one in utterances if not one.said and not one.acts & RELATIVE]
    for _ in range(AFTER_ANOTHER_LINE):
        one = draw.choice(free)
        out.append(Labelled(one.words, draw.choice(lines), one.acts))
    for one in draw.sample(utterances, min(NOISY, len(utterances))):
        out.append(Labelled(noisy(one.words, NOISE, draw), one.said, one.acts))
    return out


def features(one: Labelled) -> dict[str, float]:
    """Return an utterance's features by key."""
    texts = tokens(one.words).texts
    return {piece.key: 1.0 for piece in pieces(texts)} | standing(texts, one.said)


def table(utterances: list[Labelled], rows: dict[str, int]) -> csr_matrix:
    """Return one line an utterance: its features, then its vector, scaled."""
    at, column, value, dense = [], [], [], []
    for number, one in enumerate(utterances):
        for key, amount in features(one).items():
            if key in rows:
                at.append(number)
                column.append(rows[key])
                value.append(amount)
        dense.append(vector(" ".join(tokens(one.words).texts)) * VECTOR_WEIGHT)
    sparse = csr_matrix((value, (at, column)), shape=(len(utterances), len(rows)))
    return hstack([sparse, csr_matrix(np.array(dense, np.float64))]).tocsr()


def fit(x: csr_matrix, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return weights (features, acts) and biases of logistic regressions with a penalty on the squared weights."""
    (_, wide), acts = x.shape, y.shape[1]
    sign, turned = np.where(y, 1.0, -1.0), x.T.tocsr()

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights, bias = flat[: wide * acts].reshape(wide, acts), flat[wide * acts :]
        margin = (x @ weights + bias) * sign
        slope = -sign / (1 + np.exp(np.clip(margin, -500, 500)))
        value = float(np.logaddexp(0, -margin).sum() + 0.5 * PENALTY * (weights**2).sum())
        return value, np.concatenate([(turned @ slope + PENALTY * weights).ravel(), slope.sum(0)])

    start = np.zeros(wide * acts + acts)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    return found[: wide * acts].reshape(wide, acts), found[wide * acts :]


def learn(names: list[str], out: Path) -> None:
    """Learn from the named files and write the weights."""
    utterances = [one for name in names for one in read_labelled(DATA / name)]
    count = Counter(key for one in utterances for key in features(one))
    rows = {key: row for row, key in enumerate(sorted(key for key in count if count[key] >= AT_LEAST))}
    utterances += made_up(utterances)
    wanted = np.array([[act in one.acts for act in ACTS] for one in utterances])
    weights, bias = fit(table(utterances, rows), wanted)
    np.savez_compressed(
        out,
        keys=lines(rows),
        acts=lines(ACTS),
        files=lines(names),
        sha256=lines([fingerprint(names)]),
        features=np.round(weights[: len(rows)] * SCALE).astype(np.int16),
        vector=(weights[len(rows) :] * VECTOR_WEIGHT).astype(np.float32),
        bias=bias.astype(np.float32),
    )
    print(f"{len(utterances)} utterances, {len(rows)} features -> {out} ({out.stat().st_size // 1000} kB)")


def lines(texts: Iterable[str]) -> np.ndarray:
    """Return texts as bytes, a line each."""
    return np.frombuffer("\n".join(texts).encode("utf-8"), np.uint8)


def fingerprint(names: list[str]) -> str:
    """Return the SHA-256 of the named files, with Unix line ends."""
    digest = hashlib.sha256()
    for name in names:
        digest.update((DATA / name).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def main() -> None:
    """Read the arguments and learn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without", action="append", default=[], help="a file to leave out")
    parser.add_argument("--out", type=Path, default=FILE)
    given = parser.parse_args()
    learn([name for name in LEARNT_FROM if name not in given.without], given.out)


if __name__ == "__main__":
    main()
