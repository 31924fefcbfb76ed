"""Readings as records: text, JSON Lines, CSV."""
