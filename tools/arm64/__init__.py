"""What `tools/try_arm64.py` runs on."""
