"""What most looks at a video say, where single ones err: borders, marks and signs, print."""
