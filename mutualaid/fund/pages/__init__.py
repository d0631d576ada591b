"""What members, and those who say yes to money, see of the pots."""
