"""From readings to pictures."""
