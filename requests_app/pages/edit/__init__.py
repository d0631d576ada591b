"""Changing what was asked and how we reach them, one thing on a page."""
