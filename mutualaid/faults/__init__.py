"""What went wrong outside of us: why the database cannot, and for how long something has been away."""
