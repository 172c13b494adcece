"""From words to one reading of a turn: acts, facts, offers, questions."""
