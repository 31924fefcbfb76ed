"""From candidates to probabilities: MNIST form, the classifier, the judge, and what runs them."""
