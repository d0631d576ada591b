"""Keep the translations of the site, with Python alone: no GNU gettext."""
