class CannotStart(Exception):
    """The site cannot start as things are. The text tells a person why, and what to do."""
