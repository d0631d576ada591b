"""Signing in beyond the first code: the second factor, signing in afresh, and sessions that end (ADR 49)."""
