"""What a group stands for: six principles of a solidarity economy, in its own words and in public numbers."""
