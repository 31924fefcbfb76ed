"""What is written: digits, letters, signs and their pens."""
