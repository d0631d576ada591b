"""What no one can rewrite unnoticed: entries without names, sealed every hour."""
