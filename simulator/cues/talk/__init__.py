"""Who spoke when and how fast: pauses, answers, dead air, overlaps, pace and filled pauses."""
