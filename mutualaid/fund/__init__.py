"""Money a group holds in common, written down: who put in, who needs some, who approved it."""
