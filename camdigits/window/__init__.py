"""The window: shows what is read, obeys keys, and is taught in."""
