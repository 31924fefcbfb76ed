"""Tables: the rows and columns in which the numbers of a page stand."""
