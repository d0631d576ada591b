"""What the sweep does, in this order: tell everyone, close what is open, erase; and when each is due."""
