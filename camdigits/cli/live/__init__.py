"""Cameras and streams while they are read: shown, looked after, ended in time."""
