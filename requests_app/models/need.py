"""A need. Its row holds nothing private; what the neighbour wrote is encrypted in `NeedNotes`."""

from datetime import date, datetime, time, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.time_slot_field import WeekPartsField
from mutualaid.catalog.time_slots import ANY_TIME, in_words
from mutualaid.encryption.fields import EncryptedTextField, WrongKey
from mutualaid.local_time import age_in_words, format_day, this_week, week_of
from mutualaid.policy.current import current_policy
from mutualaid.statements import Given, constant, late
from requests_app.models.ask import Ask
from requests_app.models.coded import Coded
from requests_app.models.how_soon import (
    how_soon_in_words,
    is_still_true,
    time_slots_that_count,
)
from requests_app.states import ASIDE, LEADS_ON, CloseReason, NeedState, Urgency

MOST_HELPERS = 50
"""The most helpers for one need; more is an event that needs a plan. Assumed, not measured."""


class NeedQuerySet(models.QuerySet["Need"]):
    def open(self) -> "NeedQuerySet":
        """Needs for which we look for someone, without those whose day is over."""
        today = late(timezone.localdate, models.DateField())
        return self.filter(state=NeedState.OPEN).exclude(needed_by__lt=today)

    def of_week(self, week: date) -> "NeedQuerySet":
        """Needs for which help takes a place in the week from this Monday on, as `Need.week` says."""
        end = week + timedelta(days=7)
        return self.between(week, end, or_without_day=week == this_week())

    def between(
        self, first: date | Given, end: date | Given, *, or_without_day: bool
    ) -> "NeedQuerySet":
        """Needs with a day from the `first` on and before the `end`; or with none."""
        by_day = Q(needed_by__gte=first, needed_by__lt=end)
        return self.filter(by_day | Q(needed_by=None) if or_without_day else by_day)

    def ends_before(self, moment: datetime) -> "NeedQuerySet":
        """Needs whose day, or whose time to stay open, is over by `moment`."""
        day = timezone.localdate(moment)
        return self.filter(Q(needed_by__lt=day) | Q(open_until__lt=moment))

    def on_board(self) -> "NeedQuerySet":
        """Needs that anyone may see: open, of no sensitive category, of an ask without exclusions.

        Most urgent first, then oldest.
        """
        return (
            self.open()
            .exclude(category__sensitive=True)
            .filter(ask__exclusions=None)
            .select_related("category", "locality")
            .defer("locality__outline")
            .order_by("-urgency", "created_at", "pk")
        )

    def due_for_matching(self) -> "NeedQuerySet":
        """Without those of a step that can still be undone: until then no volunteer hears of them."""
        hold = late(
            lambda: timedelta(minutes=current_policy().change_notice_minutes),
            models.DurationField(),
        )
        actions = [constant(action) for action in LEADS_ON]
        step = {"events__batch__gt": constant(""), "events__action__in": actions}
        held = Need.objects.filter(pk=OuterRef("pk"), events__at__gt=Now() - hold, **step)
        return self.open().filter(~Exists(held), match_due_at__lte=Now())


class Need(Coded):
    """One task of an ask, or one day of a series. Who asks, and all that its needs share, is in `Ask`.

    It ends with the day `needed_by` or at `open_until`: exactly one of the two is set. An occurrence of
    a series is for its day alone; `recurrence_id` is the day for which it was made and identifies it
    even after it was moved (RFC 5545). `held_back`: why no one hears of it, its neighbour neither, until
    a coordinator has read it; "" for all others. `came_with` is the ask from which a merge of households
    took it; `merged_into` is the need of the same ask with which it is kept together. `for_newcomers`: a
    coordinator said that someone new may take it without being invited.
    """

    class HeldBack(models.TextChoices):
        NETWORK = "network", _("very many from one network")
        CONTACT = "contact", _("very many with this phone or e-mail")
        SITE = "site", _("very many in all")
        TRAP = "trap", _("perhaps sent by a program")

    ask = models.ForeignKey(
        Ask, verbose_name=_("ask"), on_delete=models.PROTECT, related_name="needs"
    )
    came_with = models.ForeignKey(
        Ask,
        verbose_name=_("came with"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="lent_needs",
    )
    category = models.ForeignKey(
        "catalog.Category", verbose_name=_("category"), on_delete=models.PROTECT, related_name="+"
    )
    locality = models.ForeignKey(
        "catalog.Locality", verbose_name=_("area"), on_delete=models.PROTECT, related_name="+"
    )
    urgency = models.PositiveSmallIntegerField(
        _("how soon"), choices=Urgency.choices, default=Urgency.NORMAL
    )
    urgency_changed_at = models.DateTimeField(_("how soon, changed at"), null=True, blank=True)
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    week_parts = WeekPartsField(_("at which times"))
    people_count = models.PositiveSmallIntegerField(_("for how many people"), null=True, blank=True)
    helpers_wanted = models.PositiveSmallIntegerField(_("how many helpers, all in all"), default=1)
    for_newcomers = models.BooleanField(_("fine for someone new"), default=False)
    state = models.CharField(
        _("state"), max_length=12, choices=NeedState.choices, default=NeedState.TRIAGE
    )
    close_reason = models.CharField(
        _("closed because"), max_length=12, choices=CloseReason.choices, blank=True
    )
    held_back = models.CharField(
        _("held back"), max_length=8, choices=HeldBack.choices, blank=True, default=""
    )
    aside_until = models.DateField(_("put aside until"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("kept together with"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="merged",
    )
    series = models.ForeignKey(
        "requests_app.Series",
        verbose_name=_("repeating need"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="needs",
    )
    recurrence_id = models.DateField(_("made for the day"), null=True, blank=True)
    match_due_at = models.DateTimeField(_("next look for volunteers"), null=True, blank=True)
    open_until = models.DateTimeField(_("open until"), null=True, blank=True)
    warned_at = models.DateTimeField(_("asked whether it is still needed"), null=True, blank=True)
    created_at = models.DateTimeField(_("asked at"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    erased_at = models.DateTimeField(_("personal details erased at"), null=True, blank=True)

    objects: ClassVar = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        indexes: ClassVar = [
            # Read by the board and by the coordinators' list.
            models.Index(fields=["state", "-urgency", "created_at"], name="need_board"),
            # Read by the matcher's sweep.
            models.Index(
                fields=["match_due_at"], condition=Q(state="open"), name="need_due_for_matching"
            ),
            # Read by the sweep that erases, and by the coordinators' preview of it.
            models.Index(fields=["closed_at"], condition=Q(erased_at=None), name="need_to_erase"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "recurrence_id"],
                name="need_series_recurrence_id_uniq",
                violation_error_message=_("This repeating need has this day already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=NeedState.values),
                name="need_state_check",
                violation_error_message=_("Choose one of the states."),
            ),
            models.CheckConstraint(
                condition=Q(urgency__in=Urgency.values),
                name="need_urgency_check",
                violation_error_message=_("Choose how soon it is needed."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="closed", closed_at__isnull=False) & ~Q(close_reason="")
                    | ~Q(state="closed") & Q(close_reason="", closed_at=None)
                ),
                name="need_state_close_reason_closed_at_check",
                violation_error_message=_(
                    "A closed need has a reason and a time of closing; any other has neither."
                ),
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(state="closed"),
                name="need_erased_at_state_check",
                violation_error_message=_("Only a closed need can be erased."),
            ),
            models.CheckConstraint(
                condition=Q(needed_by__isnull=True) ^ Q(open_until__isnull=True)
                | Q(erased_at__isnull=False),
                name="need_needed_by_or_open_until_check",
                violation_error_message=_("A need ends with its day, or without one at a time."),
            ),
            models.CheckConstraint(
                condition=Q(series=None)
                | Q(needed_by__isnull=False, recurrence_id__isnull=False)
                | Q(erased_at__isnull=False),
                name="need_series_needed_by_check",
                violation_error_message=_("What comes back every week is for one day each time."),
            ),
            models.CheckConstraint(
                condition=Q(week_parts__gte=1, week_parts__lte=ANY_TIME),
                name="need_week_parts_check",
                violation_error_message=_("Choose at least one time of the week."),
            ),
            models.CheckConstraint(
                condition=Q(people_count=None) | Q(people_count__gte=1),
                name="need_people_count_check",
                violation_error_message=_("It is for at least one person."),
            ),
            models.CheckConstraint(
                condition=Q(helpers_wanted__gte=1, helpers_wanted__lte=MOST_HELPERS),
                name="need_helpers_wanted_check",
                violation_error_message=_("Choose from 1 to 50 helpers."),
            ),
            models.CheckConstraint(
                condition=Q(held_back="")
                | Q(
                    held_back__in=["network", "contact", "site", "trap"],
                    state__in=["triage", "closed"],
                ),
                name="need_held_back_state_check",
                violation_error_message=_(
                    "A need that is held back waits until a coordinator has read it."
                ),
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=ASIDE, aside_until__isnull=False)
                    | ~Q(state__in=ASIDE) & Q(aside_until=None)
                ),
                name="need_state_aside_until_check",
                violation_error_message=_(
                    "A need that waits has a day until which it waits; any other has none."
                ),
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="merged", merged_into__isnull=False) & ~Q(merged_into=models.F("id"))
                    | ~Q(state__in=["merged", "closed"]) & Q(merged_into=None)
                    | Q(state="closed")
                ),
                name="need_state_merged_into_check",
                violation_error_message=_(
                    "Choose another need with which this one is kept together."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} · {self.locality}"

    @property
    def when(self) -> str:
        """By which day, or else how soon, with the times of the week if named: a phrase for the reader."""
        return gettext(", ").join(filter(None, [self.how_soon, self.good_times]))

    @property
    def how_soon(self) -> str:
        """By which day, or else how soon, as it is true today.

        The day alone where there is one: beside it "This week" would sooner or later be untrue.
        """
        if self.needed_by:
            return format_day(self.needed_by)
        return how_soon_in_words(Urgency(self.urgency), self._told_on)

    @property
    def age(self) -> str:
        """How long ago it was asked: "12 days", for the reader."""
        return age_in_words(self.created_at)

    @property
    def urgency_today(self) -> Urgency | None:
        """How soon, to be changed; None where that was said without a day and is not true any more.

        A form begins with it, so that what was said long ago can be said anew.
        """
        urgency = Urgency(self.urgency)
        return urgency if self.needed_by or is_still_true(urgency, self._told_on) else None

    @property
    def _told_on(self) -> date:
        return timezone.localdate(self.urgency_changed_at or self.created_at)

    @property
    def good_times(self) -> str:
        """Its times of the week in the active language, or "" if any is good."""
        return in_words(self.week_parts) if self.week_parts != ANY_TIME else ""

    @property
    def time_slots_that_count(self) -> int:
        """Its time slots that are not too late, as a bit mask."""
        return time_slots_that_count(
            self.week_parts, self.urgency, self.needed_by, on_the_day=self.series_id is not None
        )

    @property
    def week(self) -> date:
        """The Monday of the week in which help takes a place: that of its day, else the current one."""
        return week_of(self.needed_by) if self.needed_by else this_week()

    @property
    def ends_at(self) -> datetime:
        """When its time is over: at the end of its day in the group's time zone, or at `open_until`."""
        if self.needed_by is None:
            return self.open_until or self.created_at
        return timezone.make_aware(datetime.combine(self.needed_by + timedelta(days=1), time.min))

    @property
    def is_past(self) -> bool:
        return self.needed_by is not None and self.needed_by < timezone.localdate()

    @property
    def readable_notes(self) -> str | None:
        """What the neighbour wrote about this task; None while no configured key decrypts it."""
        try:
            return self.notes.text
        except WrongKey:
            return None

    @property
    def is_live(self) -> bool:
        return self.state != NeedState.CLOSED

    @property
    def erased_on(self) -> date | None:
        """The day after which its notes and claims are erased; None while it is not closed."""
        if self.closed_at is None:
            return None
        return timezone.localdate(self.closed_at + timedelta(days=current_policy().erase_days))

    @property
    def leading(self) -> "Need":
        """The need that decides what becomes of this one: the one it was merged into, or itself."""
        return self.merged_into or self


class NeedNotes(models.Model):
    """What the neighbour wrote about one task. Encrypted, in a table of its own."""

    need = models.OneToOneField(
        Need, on_delete=models.CASCADE, related_name="notes", primary_key=True
    )
    text = EncryptedTextField(_("what the helper should know"), blank=True, default="")

    class Meta:
        verbose_name = _("notes")
        verbose_name_plural = _("notes")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"notes {self.pk}"

    @classmethod
    def write(cls, need: Need, text: str) -> None:
        """Write over the notes of a need, also where they cannot be read. Nothing happens if it has none."""
        for notes in cls.objects.filter(need=need).defer("text"):
            notes.text = text
            notes.save(update_fields=["text"])


class NeedMerge(models.Model):
    """The fields of the leading need before `need` was merged into it, so that the merge can be undone."""

    need = models.OneToOneField(
        Need, on_delete=models.CASCADE, related_name="merge", primary_key=True
    )
    urgency = models.PositiveSmallIntegerField()
    urgency_changed_at = models.DateTimeField(null=True)
    needed_by = models.DateField(null=True)
    open_until = models.DateTimeField(null=True)
    notes = EncryptedTextField(blank=True, default="")

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"merge {self.pk}"
