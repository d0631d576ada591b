"""How a group works: one row of validated values, and the history of what was changed in it.

The values that a group starts with are the design's: assumed, not measured, unless an ADR says where one
is from.
"""

from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from datetime import time
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from mutualaid.policy import limits
from mutualaid.policy.fields import DAYS, HOURS, MINUTES, chance, clock, number

FOR_TODAY = _("The same when help is needed today.")
WAVE_CHANCE = _(
    "How sure we want to be that one wave of invitations brings a yes. The higher, the more people"
    " are invited at once."
)
WAVE_MINUTES = _("How long the invited people have to answer before we invite more.")


class Policy(models.Model):
    """The one row. `current_policy()` reads it, `change_policy` writes it, and nothing else does.

    `version` counts the changes; 0 is a policy of first values that is not stored yet. The unit of a
    number is in its name.
    """

    ONLY = 1

    version = models.PositiveIntegerField(default=0, editable=False)

    # How a need starts.
    needs_open_at_once = models.BooleanField(
        _("needs open at once"),
        default=True,
        help_text=_(
            "Volunteers are invited as soon as someone asks. If you turn this off, a coordinator"
            " reads each need first."
        ),
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

    # After someone said yes.
    contact_hours = number(
        _("hours to get in touch"),
        24,
        HOURS,
        _("Then we remind a volunteer who said yes and has not been in touch."),
    )
    contact_hours_urgent = number(_("hours to get in touch, for help today"), 2, HOURS, FOR_TODAY)
    lapse_hours = number(
        _("hours until a silent yes ends"),
        48,
        HOURS,
        _("Counted from the yes. Then we look for someone else."),
    )
    lapse_hours_urgent = number(
        _("hours until a silent yes ends, for help today"), 6, HOURS, FOR_TODAY
    )
    progress_hours = number(
        _("hours until we ask how it went"),
        72,
        HOURS,
        _("Counted from when they got in touch. When a day is agreed, we ask the morning after."),
    )
    progress_hours_urgent = number(
        _("hours until we ask how it went, for help today"), 24, HOURS, FOR_TODAY
    )
    progress_answer_hours = number(
        _("hours to tell us how it went"),
        48,
        HOURS,
        _("Then coordinators see it. After as long again we look for someone else."),
    )
    progress_answer_hours_urgent = number(
        _("hours to tell us how it went, for help today"), 12, HOURS, FOR_TODAY
    )

    # After it is done.
    follow_up_days = number(
        _("days until we ask again whether it arrived"),
        3,
        DAYS,
        _("Counted from when it was said to be done."),
    )
    close_unconfirmed_days = number(
        _("days until we close it without an answer"),
        7,
        DAYS,
        _("Counted from when we asked again. It is closed as unconfirmed, never as helped."),
    )

    # Changes, ends and repeats of needs.
    change_notice_minutes = number(
        _("minutes until a volunteer hears of a change"),
        10,
        (0, 24 * 60),
        _("So that everything that changes meanwhile goes into one message."),
    )
    expiry_notice_hours = number(
        _("hours before a need ends"), 24, HOURS, _("Then we ask whether help is still needed.")
    )
    min_search_hours = number(
        _("hours we search first"),
        6,
        HOURS,
        _(
            "We look for someone at least this long before we ask that, even when help is needed by"
            " tonight."
        ),
    )
    repeat_ahead_days = number(
        _("days ahead for help that repeats"),
        14,
        (1, 60),
        _("How long before its day we begin to look for someone."),
    )

    # Offers.
    reconfirm_days = number(
        _("days until we ask whether an offer still holds"),
        45,
        DAYS,
        _("Counted from when the volunteer last said so."),
    )
    reconfirm_answer_days = number(
        _("days to say whether an offer still holds"),
        14,
        DAYS,
        _("Then the offer takes a break until the volunteer answers."),
    )

    # Links.
    link_days_after_end = number(
        _("days a private link works after the end"),
        28,
        DAYS,
        _("The person who asked can look at their need this long after it is closed."),
    )
    one_tap_days = number(
        _("days a button in a message works"),
        7,
        (1, 60),
        _("A YES by text message counts just as long."),
    )

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
        verbose_name = _("how our group works")
        verbose_name_plural = _("how our group works")
        default_permissions: ClassVar = ("view", "change")
        constraints: ClassVar[list[models.BaseConstraint]] = list(limits.constraints())

    def __str__(self) -> str:
        return str(_("how our group works"))

    def __setattr__(self, name: str, value: Any) -> None:
        if self.__dict__.get("_is_frozen"):
            raise FrozenInstanceError(f"{name} is changed by change_policy only")
        super().__setattr__(name, value)

    def freeze(self) -> Self:
        """Let every later assignment raise `FrozenInstanceError`: many callers share this object."""
        self.__dict__["_is_frozen"] = True
        return self

    def clean(self) -> None:
        """Raises `ValidationError` with a message beside every field of each broken rule."""
        wrong: dict[str, list[StrOrPromise]] = {}
        for rule in limits.RULES:
            if all(isinstance(getattr(self, name), int) for name in rule.fields):
                for name in () if rule.holds(self) else rule.fields:
                    wrong.setdefault(name, []).append(rule.message)
        if wrong:
            raise ValidationError(wrong)

    def validate(self) -> None:
        """Check all values, without a query. Raises `ValidationError` beside each one that is wrong."""
        self.full_clean(validate_unique=False, validate_constraints=False)

    def validate_constraints(self, exclude: Any = None) -> None:
        """Do nothing: `clean` and the validators say the same, beside the fields."""

    @classmethod
    def value_fields(cls) -> Iterator["models.Field[Any, Any]"]:
        """Yield the fields that say how the group works, in their order."""
        return (f for f in cls._meta.concrete_fields if f.name not in ("id", "version"))

    @property
    def wave_chances(self) -> tuple[float, float, float, float]:
        """The chance of a yes that one wave aims at, by urgency, from no hurry to today."""
        return (
            self.wave_chance_low,
            self.wave_chance_normal,
            self.wave_chance_high,
            self.wave_chance_critical,
        )

    @property
    def wave_minutes(self) -> tuple[int, int, int, int]:
        """Minutes between two waves, by urgency, from no hurry to today."""
        return (
            self.wave_minutes_low,
            self.wave_minutes_normal,
            self.wave_minutes_high,
            self.wave_minutes_critical,
        )


class PolicyChange(models.Model):
    """One write of the policy: who, when, and of each changed field the value before and after.

    `changes` is {field: [before, after]} as JSON; in the first row, of what the environment named.
    """

    version = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changes = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        default_permissions: ClassVar = ()
        ordering = ("-version",)

    def __str__(self) -> str:
        return f"policy {self.version}"
