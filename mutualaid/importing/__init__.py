"""Read a coordinator's spreadsheets. Rows that cannot be read are handed back with their reason."""
