"""What somebody with an account can have of her own data: a copy, and the end of it."""
