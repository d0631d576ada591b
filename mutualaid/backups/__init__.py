"""A way back from every bad day: the keys that fit, backups, restores, and erasures that stay (ADR 98)."""
