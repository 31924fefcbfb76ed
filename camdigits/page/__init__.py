"""From one whole picture to its digits and numbers."""
