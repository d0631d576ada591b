class CannotStart(Exception):
    """The site cannot start. The message is translated and says why, and what to do."""
