"""The server itself: its address, who is let in, how much they may ask for."""
