"""Pages on which a form's fields are drawn, and doubtful fields of sheets are reviewed."""
