"""WebSockets: frames of a client, and what the machine's own camera sees."""
