"""Dates as people write them, where Django writes them otherwise; for `FORMAT_MODULE_PATH`."""
