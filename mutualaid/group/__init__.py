"""The group's own face: its name, words, look and languages, one row that coordinators write."""
