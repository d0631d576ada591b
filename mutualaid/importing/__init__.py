"""Reading a coordinator's spreadsheet: what cannot be read is handed back, and nothing is lost."""
