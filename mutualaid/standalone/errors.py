class CannotStart(Exception):
    """The site cannot start. The message is translated and says why, and what to do."""


class UpgradeFailed(CannotStart):
    """The database could not be brought to this release. To start again does not help."""
