"""Networks of somebody else: what they are, what they want to see, and how well they read."""
