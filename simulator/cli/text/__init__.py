"""Commands on recordings and text alone, without a call."""
