"""How well pictures are read whose truth is known."""
