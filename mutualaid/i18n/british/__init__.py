"""British dates and times, for `FORMAT_MODULE_PATH`."""
