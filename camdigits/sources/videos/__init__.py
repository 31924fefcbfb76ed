"""Recorded videos, and videos on a pipe, decoded by PyAV."""
