"""MNIST and digits of other sources, from every file that people have them in."""
