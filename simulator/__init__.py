"""Hotseat: an offline flight simulator for angry phone calls.

Ground floor: `clock` (spans of samples), `events` (what happened), `vocabulary` (closed lists of names), `phrases`
(patterns of words), `overlap` (definitions of overlaps and dead air that the live call and the review share), `ports`
(what the call needs from outside), `contract` (JSON shapes), `datafile` (YAML with a schema), `private` (files only
their owner can read), `errors`.

LIVE: `call` (the engine), `understanding` (words to acts), `customer` (mood and dialogue), `speech` and
`headset` (adapters). REVIEW: `recording` (the call folder), `cues`, `scoring`, `report`,
`records` (certificates, archives). `cli` puts them together.
"""

__version__ = "0.1.0"
