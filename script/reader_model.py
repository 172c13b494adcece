"""The network that reads a turn, in PyTorch, for training: an encoder, a tag head and a meaning head.

The shipped reader runs the same network by onnxruntime (simulator/understanding/reader.py).
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModel

from simulator.understanding.reader import KINDS

MEANING = 128
"""Width of the vectors in which a turn's tokens and a scenario's sentences are compared."""
FROZEN_LAYERS = 1
"""The lowest layers of the encoder that stay as they were: they hold what is common to all English."""


class ReaderModel(nn.Module):
    """Reads "customer's words [SEP] agent's words" and says for each token which tags and sentences it belongs to."""

    def __init__(self, base: Path, tags: int) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(base, local_files_only=True, add_pooling_layer=False)
        width = self.encoder.config.hidden_size
        self.tags = nn.Linear(width, tags)
        self.meaning = nn.Linear(width, MEANING)
        self.scale = nn.Parameter(torch.full((len(KINDS),), 12.0))
        self.bias = nn.Parameter(torch.full((len(KINDS),), -7.0))
        nn.init.constant_(self.tags.bias, -4.0)
        for part in (self.encoder.embeddings, *self.encoder.encoder.layer[:FROZEN_LAYERS]):
            for weight in part.parameters():
                weight.requires_grad = False

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, Tensor]:
        """Return (tag logits, unit meaning vectors), shapes (b, t, tags) and (b, t, MEANING)."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
        return self.tags(hidden), nn.functional.normalize(self.meaning(hidden), dim=-1)

    def sentences(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the unit vectors of sentences, shape (n, MEANING): the mean of their tokens' vectors."""
        _, vectors = self(ids, mask, torch.zeros_like(ids))
        summed = (vectors * mask.unsqueeze(-1)).sum(1)
        return nn.functional.normalize(summed, dim=-1)

    def compare(self, turns: Tensor, sentences: Tensor, kinds: Tensor) -> Tensor:
        """Return the logits of each token for each sentence, shape (b, t, n); `kinds` indexes KINDS, shape (n,)."""
        return turns @ sentences.T * self.scale[kinds] + self.bias[kinds]
