"""Digits whose owner says what they are."""
