"""Printed text on rendered pages: typefaces, what is set in them, forms that are filled in."""
