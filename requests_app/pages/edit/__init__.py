"""Changing what was asked and how we reach her, one thing on a page."""
