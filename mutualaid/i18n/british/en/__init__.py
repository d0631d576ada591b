"""The formats of English outside the US."""
