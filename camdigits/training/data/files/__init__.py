"""Files that digits come in, one module a format; what all of them give is in ``parts``."""
