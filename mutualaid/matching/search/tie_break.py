"""Who goes first among equals: a tie_break_rank drawn anew for each need, the same at every look."""

from uuid import UUID

MODULUS = 65_521
"""A prime: multiplied by anything below it, numbers below it change places and none is lost."""


def multiplier(need: UUID) -> int:
    """What the ids of offers are multiplied by for this need. Nobody can choose or foresee it."""
    return need.int % (MODULUS - 1) + 1


def tie_break_rank(need: UUID, offer: int) -> tuple[int, int]:
    """The place of an offer among equals; the database sorts by the same."""
    return offer % MODULUS * multiplier(need) % MODULUS, offer
