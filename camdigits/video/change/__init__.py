"""What changed since a video was searched last, and when it is to be searched again."""
