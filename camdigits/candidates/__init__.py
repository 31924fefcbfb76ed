"""From ink masks to pieces of ink that could be a digit."""
