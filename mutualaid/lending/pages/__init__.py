"""What everyone sees of things, what is one's own, and what a neighbour does by their private link."""
