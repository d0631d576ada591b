"""Hours that people note with each other, if a group decided so. No balance decides who is helped (ADR 112)."""
