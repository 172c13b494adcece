"""Write trained weights in the form that ships: ONNX, int8, with the scales of the meaning head in bars.json.

python script/export_reader.py TRAINED.pt --base FOLDER --out simulator/understanding/data [--words CORPUS]

With --words, only `PIECES` word pieces stay: those of the corpus, then the most frequent ones of plain letters. Other
words are read in smaller pieces. That saves a tenth of the file.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from reader_model import KINDS, ReaderModel
from tokenizers import Tokenizer

from simulator.understanding.tags import TAGS

PIECES = 19_000


def export(trained: Path, base: Path, out: Path, corpus: Path | None) -> None:
    """Write reader.onnx, tokenizer.json and bars.json, without bars yet, into `out`."""
    model = ReaderModel(base, len(TAGS))
    model.load_state_dict(torch.load(trained, weights_only=True)["model"])
    model.eval()
    tokenizer = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    if corpus is not None:
        keep_pieces(model, tokenizer, pieces_of(corpus, base / "tokenizer.json"))
    example = (torch.ones(1, 12, dtype=torch.long),) * 3
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            model,
            example,
            str(whole),
            input_names=["ids", "mask", "types"],
            output_names=["logits", "vectors"],
            dynamic_axes={name: {0: "b", 1: "t"} for name in ("ids", "mask", "types", "logits", "vectors")},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(str(whole), str(out / "reader.onnx"), weight_type=QuantType.QInt8, per_channel=True)
    (out / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False) + "\n", encoding="utf-8")
    scale, bias = model.scale.detach(), model.bias.detach()
    bars = {
        "tags": {},
        "sentences": {},
        "scale": {kind: round(float(scale[n]), 4) for n, kind in enumerate(KINDS)},
        "bias": {kind: round(float(bias[n]), 4) for n, kind in enumerate(KINDS)},
    }
    (out / "bars.json").write_text(json.dumps(bars, indent=1) + "\n", encoding="utf-8")


def pieces_of(corpus: Path, tokenizer: Path) -> set[str]:
    """Return the word pieces that every text of a corpus is made of."""
    reads = Tokenizer.from_file(str(tokenizer))
    files = sorted(path for path in corpus.rglob("*") if path.suffix in (".tsv", ".yaml"))
    lines = (line for path in files for line in path.read_text(encoding="utf-8").splitlines())
    return {piece for found in reads.encode_batch(list(lines)) for piece in found.tokens}


def keep_pieces(model: ReaderModel, tokenizer: dict, wanted: set[str]) -> None:
    """Cut tokenizer and embeddings down to `PIECES` word pieces, in their order, which is roughly by frequency."""
    vocabulary: dict[str, int] = tokenizer["model"]["vocab"]

    def rank(piece: str) -> tuple[bool, int]:
        plain = piece.removeprefix("##")
        needed = piece in wanted or (piece.startswith("[") and "unused" not in piece)
        letter = len(plain) == 1 and plain.isascii()
        return not (needed or letter), vocabulary[piece] + len(vocabulary) * (not (plain.isascii() and plain.isalpha()))

    kept = sorted(sorted(vocabulary, key=rank)[:PIECES], key=vocabulary.__getitem__)
    rows = torch.tensor([vocabulary[piece] for piece in kept])
    tokenizer["model"]["vocab"] = {piece: n for n, piece in enumerate(kept)}
    for added in tokenizer["added_tokens"]:
        added["id"] = kept.index(added["content"])
    for special in (tokenizer["post_processor"] or {}).get("special_tokens", {}).values():
        special["ids"] = [kept.index(piece) for piece in special["tokens"]]
    embeddings = model.encoder.embeddings
    embeddings.word_embeddings = torch.nn.Embedding.from_pretrained(embeddings.word_embeddings.weight[rows])


def main() -> None:
    """Export."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("trained", type=Path)
    asked.add_argument("--base", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--words", type=Path, metavar="CORPUS", help="keep its word pieces and frequent ones")
    given = asked.parse_args()
    export(given.trained, given.base, given.out, given.words)


if __name__ == "__main__":
    main()
