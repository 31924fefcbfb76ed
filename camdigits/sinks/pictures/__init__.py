"""Readings as marked pictures and videos."""
