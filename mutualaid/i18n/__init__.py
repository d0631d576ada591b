"""The words of the site in other languages, with Python alone."""
