"""How good a network is, as numbers and as pictures."""
