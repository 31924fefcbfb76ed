"""The weights that ship with camdigits, and their model card."""
