"""Whether the site stands still, and who is told."""
