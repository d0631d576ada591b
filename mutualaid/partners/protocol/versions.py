"""Numbers by which the other side knows what is newer."""

from mutualaid import clock


def next_version(version: int) -> int:
    """Return one above all before, those of a backup's lost future included: the clock has gone on."""
    return max(version + 1, int(clock.now().timestamp()))
