"""Files as people have them, read into rows of text: CSV in whatever encoding, and workbooks."""
