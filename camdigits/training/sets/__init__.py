"""Training sets: the pictures and targets that a network sees, epoch by epoch."""
