"""Train the reader of turns on labelled calls, and write the weights that ship with the product.

python script/train_reader.py CORPUS --base FOLDER --out simulator/understanding/data/reader.onnx

Needs the extra `train`. One core takes about half an hour. It saves after every epoch to CORPUS-independent OUT.pt and
goes on from there with --resume. Same corpus, seed and library versions: the same weights on the same processor.
BASE is a folder with all-MiniLM-L6-v2 (config.json, model.safetensors, tokenizer.json).
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import numpy as np
import torch
from reader_batches import Batch, Batches, Encoder
from reader_model import ReaderModel
from torch import nn

from simulator.understanding.tags import TAGS

SEED = 7
EPOCHS = 6
RATE_ENCODER, RATE_HEADS = 1e-4, 1e-3
"""Learning rates: the encoder moves little, the new heads much."""
TURN_WEIGHT = 1.0
"""Weight of "is it anywhere in the turn" beside "which tokens show it"."""
MATCH_WEIGHT = 1.0
POSITIVE = 3.0
"""A token that shows a tag weighs this much more than one that does not, for such tokens are few."""


def loss_of(model: ReaderModel, batch: Batch) -> torch.Tensor:
    """Return the loss of one batch: tags and sentences, by token and by turn."""
    logits, vectors = model(batch.ids, batch.mask, batch.types)
    loss = _tagging(logits, batch.tags, batch.tag_weights, batch.agent, batch.turn_tags, batch.turn_weights)
    if batch.sentence_ids is not None:
        spoken = model.sentences(batch.sentence_ids, batch.sentence_mask)
        found = model.compare(vectors, spoken, batch.sentence_kinds)
        present = batch.matches.amax(1)
        weights = torch.ones_like(batch.matches)
        loss = loss + MATCH_WEIGHT * _tagging(
            found, batch.matches, weights, batch.agent, present, torch.ones_like(present)
        )
    return loss


def _tagging(logits, targets, weights, agent, present, present_weights) -> torch.Tensor:  # type: ignore[no-untyped-def]
    bce = nn.functional.binary_cross_entropy_with_logits
    positive = torch.tensor(POSITIVE)
    weights = weights * agent.unsqueeze(-1)
    by_token = (bce(logits, targets, reduction="none", pos_weight=positive) * weights).sum() / agent.sum()
    highest = logits.masked_fill(~agent.bool().unsqueeze(-1), -30.0).amax(1)
    by_turn = (bce(highest, present, reduction="none") * present_weights).sum() / len(present)
    return by_token + TURN_WEIGHT * by_turn


def train(model: ReaderModel, batches: Batches, out: Path, *, resume: bool, epochs: int, gentle: float = 1.0) -> None:
    """Train in place, at `gentle` times the usual rates; save after each epoch."""
    heads = [p for n, p in model.named_parameters() if not n.startswith("encoder") and p.requires_grad]
    body = [p for n, p in model.named_parameters() if n.startswith("encoder") and p.requires_grad]
    groups = [{"params": body, "lr": RATE_ENCODER * gentle}, {"params": heads, "lr": RATE_HEADS * gentle}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    total, step, first = epochs * batches.count, 0, 0
    saved = out.with_suffix(".pt")
    if resume and saved.is_file():
        state = torch.load(saved, weights_only=True)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        first, step = state["epoch"], state["step"]
    rates = [group["lr"] for group in groups]
    for epoch in range(first, epochs):
        model.train()
        began, losses = time.monotonic(), []
        for batch in batches.epoch(epoch):
            share = step / total
            factor = min(1.0, share / 0.06) * (1 - share)
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * factor
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = loss_of(model, batch)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            losses.append(float(loss.detach()))
            step += 1
            if step % 50 == 0:
                print(f"  step {step} of {total}, loss {np.mean(losses[-50:]):.4f}", flush=True)
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}, {time.monotonic() - began:.0f} s", flush=True)
        state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "epoch": epoch + 1, "step": step}
        torch.save(state, saved)


def main() -> None:
    """Train and save."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("corpus", type=Path)
    asked.add_argument("--base", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--without", default="", help="writers that are not trained on, separated by commas")
    asked.add_argument("--epochs", type=int, default=EPOCHS)
    asked.add_argument("--resume", action="store_true")
    asked.add_argument("--start", type=Path, help="weights of an earlier training to go on from, at half the rates")
    asked.add_argument("--threads", type=int, default=1, help="a second one gains little")
    given = asked.parse_args()
    torch.manual_seed(SEED)
    random.seed(SEED)
    torch.set_num_threads(given.threads)
    encoder = Encoder(given.base / "tokenizer.json")
    batches = Batches(given.corpus, encoder, seed=SEED, without=tuple(given.without.split(",")))
    print(f"{batches.turns} turns, {batches.count} batches an epoch, {len(TAGS)} tags", flush=True)
    model = ReaderModel(given.base, len(TAGS))
    if given.start is not None:
        model.load_state_dict(torch.load(given.start, weights_only=True)["model"])
    gentle = 0.5 if given.start is not None else 1.0
    train(model, batches, given.out, resume=given.resume, epochs=given.epochs, gentle=gentle)


if __name__ == "__main__":
    main()
