"""The commands, one module each; nothing but the standard library is loaded at their tops."""
