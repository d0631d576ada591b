class CannotMove(Exception):
    """Nothing was moved. The message is translated and says why, and what to do."""
