"""Dates and times of languages that Django writes otherwise than people do, for `FORMAT_MODULE_PATH`."""
