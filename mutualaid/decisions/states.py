"""What a proposal weighs, what came of it, and what someone answers, in words for everyone."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Weight(TextChoices):
    """How heavy a proposal is: how long it stays open, how many are heard, how many have to be for it."""

    LIGHT = "light", _("can be undone")
    HEAVY = "heavy", _("weighs more")


class Outcome(TextChoices):
    """What came of a proposal; "" while it is open."""

    PASSED = "passed", _("passed")
    NOT_PASSED = "not_passed", _("didn't pass")
    TOO_FEW = "too_few", _("not enough people answered")
    CHANGED = "changed", _("passed, but the rule was changed meanwhile, so nothing happened")
    IMPOSSIBLE = "impossible", _("passed, but it is no longer possible, so nothing happened")
    EDITED = "edited", _("someone changed the proposal itself, so nothing happened")


class Answer(TextChoices):
    """What someone answers; "" until they do."""

    IN_FAVOUR = "for", _("I'm for it")
    CAN_LIVE = "can_live", _("I can live with it")
    CONCERN = "concern", _("I have a serious concern")
