"""What people choose from when they name a kind, an area, a language or a distance; the form of an area."""
