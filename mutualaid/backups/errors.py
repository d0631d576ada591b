class BackupError(Exception):
    """A backup or a restore cannot be made. The message says why and what to do, in a sentence or two."""
