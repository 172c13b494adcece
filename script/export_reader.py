"""Write trained weights in the form that ships: ONNX, int8, with the scales of the meaning head in bars.json.

python script/export_reader.py TRAINED.pt --base FOLDER --out simulator/understanding/data
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from reader_model import KINDS, ReaderModel

from simulator.understanding.tags import TAGS


def export(trained: Path, base: Path, out: Path) -> None:
    """Write reader.onnx, tokenizer.json and bars.json, without bars yet, into `out`."""
    model = ReaderModel(base, len(TAGS))
    model.load_state_dict(torch.load(trained, weights_only=True)["model"])
    model.eval()
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
    shutil.copyfile(base / "tokenizer.json", out / "tokenizer.json")
    scale, bias = model.scale.detach(), model.bias.detach()
    bars = {
        "tags": {},
        "sentences": {},
        "scale": {kind: round(float(scale[n]), 4) for n, kind in enumerate(KINDS)},
        "bias": {kind: round(float(bias[n]), 4) for n, kind in enumerate(KINDS)},
    }
    (out / "bars.json").write_text(json.dumps(bars, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Export."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("trained", type=Path)
    asked.add_argument("--base", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    export(given.trained, given.base, given.out)


if __name__ == "__main__":
    main()
