"""One row of a model for the whole site: frozen for its readers, changed by one action, with its history."""
