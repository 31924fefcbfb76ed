"""Cameras and network streams, captured by OpenCV."""
