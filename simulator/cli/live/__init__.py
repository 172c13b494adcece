"""Commands to take a call: with a headset or a recorded trainee, and what it needs."""
