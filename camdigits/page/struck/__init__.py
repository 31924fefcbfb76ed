"""What its writer struck out: digits under a stroke, a cross or a scribble."""
