"""Hotseat: an offline flight simulator for angry phone calls.

Ground floor: `clock` (spans of samples), `events` (what happened), `vocabulary` (closed lists of names), `phrases`
(patterns of words, questions), `overlap` (overlaps and dead air, as the live call and the review define them), `ports`
(what the call needs from outside), `contract` (the base of JSON documents), `datafile` (YAML with a schema), `private`
(files only their owner can read), `errors`.

LIVE: `call` (the engine), `understanding` (words to acts), `customer` (mood and dialogue), `speech` and `headset`
(adapters). REVIEW: `recording` (the call folder), `cues`, `scoring`, `report`, `records` (certificates, archives).
`session` puts a call together and runs it; `cli` reads arguments and prints.
"""

__version__ = "0.1.0"
