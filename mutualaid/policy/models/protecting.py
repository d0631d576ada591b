"""The values of the policy that protect people: looks at contact details, floods, and how long we keep what.

The values that a group starts with are the design's: assumed, not measured, unless an ADR says where one
is from. The unit of a number is in its name.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mutualaid.policy import limits
from mutualaid.policy.fields import DAYS, number


class ProtectingValues(models.Model):
    """How much anyone sees or sends, and for how long we know of it."""

    # Looks at contact details.
    contact_views_per_day = number(
        _("looks at contact details, for a volunteer"),
        10,
        (1, 500),
        _("Of how many neighbours one volunteer can open contact details in one day."),
    )
    coordinator_contact_views_per_hour = number(
        _("looks at contact details, for a coordinator"),
        30,
        (1, 500),
        _("Of how many neighbours one coordinator can open contact details in one hour."),
    )

    # When very many ask, or somebody floods the site. Nobody is turned away: what is over a limit waits.
    asks_per_hour_network = number(
        _("asks an hour from one network"),
        6,
        (1, limits.MOST_TRIES),
        _(
            "A home, a library or a phone company's customers can share one network. If more than this"
            " come in an hour, a coordinator reads the others first. Raise it if many of you share one."
        ),
    )
    asks_per_day_contact = number(
        _("asks a day with one phone or e-mail"),
        4,
        (1, limits.MOST_TRIES),
        _(
            "What comes after that is read first, and we send no message there until it is. So no one"
            " can fill a stranger's mailbox."
        ),
    )
    asks_per_hour_site = number(
        _("asks an hour in all"),
        30,
        (1, limits.MOST_TRIES),
        _("If more than this come from everywhere, a coordinator reads the others first."),
    )
    codes_per_hour_network = number(
        _("codes an hour to one network"),
        30,
        (1, limits.MOST_TRIES),
        _("Codes to sign in or sign up, and links that were lost. After that they wait an hour."),
    )
    codes_per_hour_contact = number(
        _("codes an hour to one phone or e-mail"),
        5,
        (1, limits.MOST_TRIES),
        _("After that they wait an hour. A code that was sent before still works."),
    )
    codes_per_hour_site = number(
        _("codes an hour in all"),
        300,
        (1, limits.MOST_TRIES),
        _("To everyone together."),
    )
    texts_per_day = number(
        _("text messages a day to numbers that no one has confirmed"),
        50,
        (1, limits.MOST_TRIES),
        _(
            "Each number gets at most one a day until its owner or a coordinator has confirmed it. What"
            " is over this goes by e-mail, or a coordinator calls."
        ),
    )

    # How long personal details are kept. The sweep that erases goes by these.
    erase_days = number(
        _("days until personal details are erased"),
        28,
        DAYS,
        _("Counted from when a need is closed."),
    )
    erase_preview_days = number(
        _("days of warning before details are erased"),
        7,
        (0, DAYS.high),
        _("Coordinators see this many days ahead what will be erased."),
    )
    unconfirmed_account_days = number(
        _("days an unconfirmed account stays"),
        14,
        DAYS,
        _("After that, an account goes if no one has confirmed its e-mail address."),
    )
    record_days = number(
        _("days we know what was sent"),
        28,
        (limits.A_WEEK + 1, DAYS.high),
        _("That a message was sent, and what coordinators changed. Longer than a week."),
    )
    block_days = number(
        _("days an address stays blocked"), 365, (1, 3660), _("After that it can be used again.")
    )
    backup_days = number(
        _("days until backups are deleted"),
        30,
        (1, 366),
        _(
            "Also how long the database's own log of changes is kept. The site deletes neither: whoever runs"
            " it does. The page on what we keep promises this number."
        ),
    )

    class Meta:
        abstract = True
