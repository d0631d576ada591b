"""Hours that people note with each other, if their group wants it. They decide nothing else (ADR 112)."""
