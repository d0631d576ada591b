"""What a group decides together: proposals, who has a say, and what takes effect."""
