"""Where readings go: records, and marked pictures and videos."""
