"""From frames over time to steady digits, numbers and events."""
