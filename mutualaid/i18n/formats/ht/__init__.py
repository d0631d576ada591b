"""The formats of Haitian Creole."""
