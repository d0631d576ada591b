"""The values of the policy about volunteers: how someone new begins, and who is invited how often and when.

The values that a group starts with are the design's: assumed, not measured, unless an ADR says where one
is from. The unit of a number is in its name.
"""

from datetime import time

from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from mutualaid.policy import limits
from mutualaid.policy.fields import HOURS, MINUTES, chance, clock, number

WAVE_CHANCE = _(
    "How sure we want to be that one wave of invitations brings a yes. The higher, the more people"
    " are invited at once."
)
WAVE_MINUTES = _("How long the invited people have to answer before we invite more.")


class InvitingValues(models.Model):
    """From the first day of someone new to the wave of invitations that they are in."""

    # How a need starts.
    needs_open_at_once = models.BooleanField(
        _("needs open at once"),
        default=True,
        help_text=_(
            "Volunteers are invited as soon as someone asks. If you turn this off, a coordinator"
            " reads each need first."
        ),
    )

    asking_paused = models.BooleanField(
        _("new asks are paused"),
        default=False,
        help_text=_(
            "The pages for asking say so, with your words below. Calls, private links and asks that someone"
            " has begun go on."
        ),
    )
    asking_paused_words = models.CharField(
        _("what people read while new asks are paused"),
        max_length=400,
        blank=True,
        default="",
        help_text=_("Why, and what they can do now. As you would say it."),
    )
    asking_paused_until = models.DateField(
        _("last day of the pause"),
        null=True,
        blank=True,
        help_text=_("The day after, people can ask again. Empty: until you end it here."),
    )

    # Who is new, and how much anyone holds at once.
    joining = models.CharField(
        _("how new people begin"),
        max_length=12,
        default=limits.Joining.BEGIN_SMALL,
        choices=limits.Joining.choices,
        error_messages={"invalid_choice": _("Choose how new people begin.")},
        help_text=_(
            "It keeps neighbours safe from someone who signs up only to collect names and addresses."
        ),
    )
    meeting_words = models.CharField(
        _("where and when people can meet us"),
        max_length=200,
        blank=True,
        default="",
        help_text=_(
            "A place and a time to come along, as you would say it. Whoever is new sees it on their"
            " page."
        ),
    )
    helps_until_known = number(
        _("helps until someone is no longer new"),
        1,
        (1, 20),
        _(
            "A help counts once the neighbour said that it arrived and a coordinator has read their"
            " ask or spoken with them. Each household counts once."
        ),
    )
    newcomer_contact_days = number(
        _("days between two neighbours, for new people"),
        7,
        (1, 60),
        _("Someone new sees how to reach one neighbour in this many days, also if they let it go."),
    )
    live_claims_per_person = number(
        _("tasks one person can have at once"),
        5,
        (1, limits.MOST_LIVE_CLAIMS),
        _("A coordinator can give someone more."),
    )

    # Waves of invitations, by urgency.
    wave_chance_low = chance(_("chance of a yes: no hurry"), 0.19, WAVE_CHANCE)
    wave_chance_normal = chance(_("chance of a yes: this week"), 0.38, WAVE_CHANCE)
    wave_chance_high = chance(_("chance of a yes: in two days"), 0.72, WAVE_CHANCE)
    wave_chance_critical = chance(_("chance of a yes: today"), 0.97, WAVE_CHANCE)
    wave_minutes_low = number(_("minutes for a wave: no hurry"), 240, MINUTES, WAVE_MINUTES)
    wave_minutes_normal = number(_("minutes for a wave: this week"), 120, MINUTES, WAVE_MINUTES)
    wave_minutes_high = number(_("minutes for a wave: in two days"), 45, MINUTES, WAVE_MINUTES)
    wave_minutes_critical = number(_("minutes for a wave: today"), 15, MINUTES, WAVE_MINUTES)
    base_acceptance_rate = chance(
        _("usual chance of a yes"),
        0.1,
        _(
            "How often an invited person says yes, until a kind of help has enough answers of its own."
        ),
    )
    shortlist_size = number(
        _("people kept in line"),
        20,
        (1, 500),
        _("How many people who fit best, and aren't invited yet, we keep ready for each need."),
    )
    search_again_hours = number(
        _("hours until we look again"),
        24,
        HOURS,
        _("When everyone who fits was invited: how long we wait before we look for new people."),
    )
    price_hours = number(
        _("hours a look at all needs together counts"),
        24,
        HOURS,
        _("We often look at all open needs together, to keep people free for where few can help."),
    )

    # How often one person is invited.
    invitations_per_week = number(
        _("invitations a week"),
        5,
        (1, limits.MOST_INVITATIONS_A_WEEK),
        _("At most this many in seven days for one person. Each can choose fewer."),
    )
    invitations_per_day = number(
        _("invitations a day"),
        2,
        (1, limits.MOST_INVITATIONS_A_WEEK),
        _(
            "At most this many in 24 hours for one person. This does not hold when help is needed"
            " today."
        ),
    )
    invitations_per_week_urgent = number(
        _("invitations a week, for help today"),
        8,
        (1, limits.MOST_INVITATIONS_A_WEEK),
        _("At most this many in seven days for one person when help is needed today."),
    )

    # Quiet hours and messages at a set time, in each reader's own time zone.
    quiet_from = clock(
        _("quiet from"),
        time(21),
        _(
            "From this time on no one is invited, by the clock where they live. Each person can choose"
            " their own hours, and may allow us to ask when help is needed today."
        ),
    )
    quiet_until = clock(
        _("quiet until"), time(8), _("The same time twice means that there are no quiet hours.")
    )
    digest_hour = number(
        _("hour of the daily message"),
        9,
        (0, limits.LAST_HOUR),
        _("From 0 to 23. People who want all their invitations in one message get it then."),
    )
    coordinator_digest_weekday = models.PositiveSmallIntegerField(
        _("day of the coordinators' message"),
        default=0,
        choices=list(WEEKDAYS.items()),
        error_messages={"invalid_choice": _("Choose a weekday from 0 (Monday) to 6 (Sunday).")},
        help_text=_("Once a week coordinators hear what needs attention."),
    )
    coordinator_digest_hour = number(
        _("hour of the coordinators' message"), 8, (0, limits.LAST_HOUR), _("From 0 to 23.")
    )

    class Meta:
        abstract = True
