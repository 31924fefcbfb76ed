"""Filled-in forms: where their fields are, what fits them, and what stands there."""
