"""The ruling of a page: walls between digits, and combs that hold one number."""
