"""The formats of Vietnamese."""
