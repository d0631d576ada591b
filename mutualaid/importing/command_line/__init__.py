"""What only the commands need: whole sheets at once, progress, made-up volunteers, proposed areas."""
