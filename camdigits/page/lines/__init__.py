"""The lines that digits stand on: what is written there, and the numbers that it makes."""
