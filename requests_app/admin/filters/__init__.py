"""What narrows the lists of asks and needs."""
