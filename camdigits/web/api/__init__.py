"""What programs ask by HTTP: routes, parameters, answers, and their description."""
