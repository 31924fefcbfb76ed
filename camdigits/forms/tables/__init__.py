"""Tables of sheets: written, and read back."""
