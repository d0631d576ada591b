"""What someone with an account can do with their own data: take a copy, and end it."""
