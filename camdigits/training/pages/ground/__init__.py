"""What is written on: paper, boards, desks, tables, and what lies on them."""
