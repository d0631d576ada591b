"""The values of the policy about what a group does in common. All of it is off until a group wants it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mutualaid.policy.fields import number
from mutualaid.policy.limits import MOST_HOURS_LIMIT

DECIDED_ONLY = frozenset(("counts_hours", "hours_limit"))
"""Values that a group decides about and that no one sets alone: no person, and no environment (ADR 112)."""


class InCommonValues(models.Model):
    """How decisions, money and work are shared. A site with all of these off is one without them."""

    has_decisions = models.BooleanField(
        _("we decide together"),
        default=False,
        db_default=False,
        help_text=_(
            "Members propose changes, and everyone who has a say can answer. From then on the rules on"
            " this page change only by a decision."
        ),
    )
    has_pot = models.BooleanField(
        _("we keep a common pot"),
        default=False,
        db_default=False,
        help_text=_(
            "Money moves outside this site. Here we write down what came in, what someone needs, and who"
            " approved it."
        ),
    )
    has_record = models.BooleanField(
        _("we keep a record that no one can change unnoticed"),
        default=False,
        db_default=False,
        help_text=_("Of money, decisions, rules and roles, without names. Sealed every hour."),
    )
    asks_about_breaks = models.BooleanField(
        _("we ask people who carry a lot whether they want a break"),
        default=False,
        db_default=False,
        help_text=_("Privately, and at most once in 60 days. No one else learns of it."),
    )
    counts_gifts = models.BooleanField(
        _("people see what they gave and received"),
        default=False,
        db_default=False,
        help_text=_("A simple count on their own page, for them alone."),
    )
    has_principles = models.BooleanField(
        _("we say what we stand for"),
        default=False,
        db_default=False,
        help_text=_(
            "A page with six principles of a solidarity economy: how we live up to them, in our words and"
            " in numbers."
        ),
    )

    counts_hours = models.BooleanField(
        _("we note hours that we give and receive"),
        default=False,
        db_default=False,
        help_text=_(
            "Two people agree on each. There are no prices and no list of balances. No one is helped sooner"
            " or later because of it. Members decide about this, and no one alone."
        ),
    )
    hours_limit = number(
        _("hours someone can be above or below zero"),
        20,
        (1, MOST_HOURS_LIMIT),
        _("What would go further is noted as a gift. Members decide about this, and no one alone."),
        db_default=20,
    )

    has_partners = models.BooleanField(
        _("we help each other with neighbouring groups"),
        default=False,
        db_default=False,
        help_text=_(
            "Where no one here is found, a need can be asked of another group's site. No name goes there"
            " before that group says yes and the neighbour agrees."
        ),
    )
    can_be_found = models.BooleanField(
        _("others may find us"),
        default=False,
        db_default=False,
        help_text=_(
            "A public file, /group.json, with our name, areas, page and phone, for lists and maps of"
            " groups."
        ),
    )
    has_lending = models.BooleanField(
        _("we give and lend things"),
        default=False,
        db_default=False,
        help_text=_("Neighbours list things to give away or to lend. No one sees whose they are."),
    )

    class Meta:
        abstract = True
