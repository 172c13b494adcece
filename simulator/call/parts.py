"""What a call is made of: the parts that the engine is given, and its settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.clock import from_seconds
from simulator.ports import Customer, Detector, Ear, Listening, Melody, Understanding, Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The ports that one call needs; none may be shared with another call that runs."""

    customer: Customer
    understanding: Understanding
    ear: Ear
    detector: Detector
    voice: Voice
    listening: Listening
    melody: Melody


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is fixed for one call.

    Parameters
    ----------
    leak_db : float or None, dB
        The customer's level in the microphone against what was played, below 0 (-30: 30 dB quieter); None if nothing
        comes back.
    round_trip : int, samples
        From here to the trainee's ear and from their mouth back to here, in whole blocks. A line counts as heard so
        much after it was sent off, so that who talked over whom is judged as the trainee heard it.
    limit : int, samples
        After this the customer has run out of time.
    """

    scenario: str
    seed: int
    mode: Literal["practice", "certification"] = "practice"
    recognizer: str
    headset: str
    leak_db: float | None = None
    round_trip: int = 0
    limit: int = from_seconds(15 * 60)
