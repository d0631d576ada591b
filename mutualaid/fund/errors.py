"""Why an action of the fund refuses. Pages tell each in kind words."""


class NotForYou(Exception):
    """This person may not do it: they are no approver, it is their own, or it is not theirs."""


class SeenBefore(Exception):
    """The expense was changed after the page was opened: look again, then decide."""


class NotEnough(Exception):
    """The pot does not hold so much beside what it has promised."""


class WrongDay(Exception):
    """The day is yet to come, or lies before there were pots at all."""


class WrongAmount(Exception):
    """The amount is not between the smallest coin of the currency and `Pot.most`."""


class StillWaiting(Exception):
    """As much as can wait at once was asked for by this private link."""


class TooManyLooks(Exception):
    """This approver has read as many expenses as the policy allows in an hour."""
