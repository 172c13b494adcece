"""The caller: scenario, mood, personality, dialogue. Pure and seeded."""
