"""What two sites say to each other: the messages, their bytes, their signatures, and where they go."""
