"""What became of messages, in words, and what coordinators do about those that no one heard."""
