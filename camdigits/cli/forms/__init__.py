"""The commands of ``camdigits form``: each is a module of that name."""
