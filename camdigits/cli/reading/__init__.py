"""``camdigits run`` at work: sources in, sinks out, window and child processes beside them."""
