"""What is printed and what is written by hand."""
