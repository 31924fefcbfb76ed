"""A sheet in a picture: where it lies, and its fields cut out without print."""
