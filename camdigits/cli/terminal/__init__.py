"""What is said on the terminal: messages, progress, and the end by a stop signal."""
