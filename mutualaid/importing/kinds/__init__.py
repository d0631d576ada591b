"""What can be imported. Each module says which fields there are, and how a row becomes a thing."""
