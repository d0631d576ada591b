"""A thing that a neighbour gives or lends, who could use it, and a loan.

Whose a thing is stands in its row and on no page of others. No accessor leads from an account, a need or a
claim to here: what ranks and invites could follow one.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.models import Category, Locality
from mutualaid.lending.states import (
    ENDED_THINGS,
    LISTED,
    LoanState,
    Mode,
    RequestState,
    ThingState,
    WithdrawReason,
)
from mutualaid.lending.titles import MOST_LETTERS
from mutualaid.people.introductions import met
from mutualaid.people.models import AccountContactPoint, BlockedContactPoint, User
from mutualaid.policy.current import current_policy
from mutualaid.policy.limits import Joining
from requests_app.models import Ask, Claim, Need
from requests_app.states import FILLS_A_PLACE, ClaimState

MOST_THINGS = 50
"""Of one person, listed at once."""
MOST_OF_A_THING = 99
MOST_LOAN_DAYS = 28
"""So long is a thing lent at once; an ask, and with it the way to its neighbour, is kept longer. Like the
others assumed, not measured (ADR 120)."""


class ThingQuerySet(models.QuerySet["Thing"]):
    def of(self, user: User) -> "ThingQuerySet":
        return self.filter(owner=user)

    def shown(self) -> "ThingQuerySet":
        """Those that anyone may see: some are left today, and their owner may be asked.

        Their order says nothing of whose they are, nor when they were listed.
        """
        blocked = AccountContactPoint.objects.filter(
            fingerprint__in=BlockedContactPoint.objects.values("fingerprint")
        )
        shown = self.filter(
            Q(until=None) | Q(until__gte=timezone.localdate()),
            state=ThingState.OFFERED,
            left__gte=1,
            shown_from__lte=Now(),
            owner__is_active=True,
            category__is_active=True,
            category__sensitive=False,
        ).exclude(owner__in=blocked.values("user"))
        if current_policy().joining == Joining.MEET_FIRST:
            shown = shown.filter(met("owner"))
        return shown.order_by("public_id")


class Thing(models.Model):
    """So many of one thing. `left` are those that no one got; a loan that is back counts once listed again.

    `until` is the last day on which it can be had, None for no such day; a surplus ends with its own.
    `number` is its place among what its owner has listed, 1 to `MOST_THINGS`. Everyone sees it from
    `shown_from` on; before that, its owner is shown the needs near by that it may fit.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("whose it is"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    number = models.PositiveSmallIntegerField(_("place among theirs"))
    title = models.CharField(_("what it is"), max_length=MOST_LETTERS, blank=True)
    category = models.ForeignKey(
        Category, verbose_name=_("kind"), on_delete=models.PROTECT, related_name="+"
    )
    locality = models.ForeignKey(
        Locality, verbose_name=_("area"), on_delete=models.PROTECT, related_name="+"
    )
    mode = models.CharField(_("give or lend"), max_length=8, choices=Mode.choices)
    total = models.PositiveSmallIntegerField(_("how many in all"), default=1)
    left = models.PositiveSmallIntegerField(_("how many are left"), default=1)
    until = models.DateField(_("last day"), null=True)
    lend_days = models.PositiveSmallIntegerField(_("days it is lent"), null=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ThingState.choices, default=ThingState.OFFERED
    )
    withdrawn_because = models.CharField(
        _("taken off because"), max_length=10, choices=WithdrawReason.choices, blank=True
    )
    shown_from = models.DateTimeField(_("shown to all from"), db_default=Now())
    created_at = models.DateTimeField(_("listed"), db_default=Now())
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects: ClassVar = ThingQuerySet.as_manager()

    class Meta:
        verbose_name = _("thing")
        verbose_name_plural = _("things")
        default_permissions: ClassVar = ("view", "change")
        indexes: ClassVar = [
            # Read by the sweep: things whose last day may be over.
            models.Index(
                fields=["until"], condition=Q(state__in=LISTED), name="thing_until_listed"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "number"],
                condition=Q(state__in=LISTED),
                name="thing_owner_number_uniq",
                violation_error_message=_("This place is taken by another thing."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MOST_THINGS),
                name="thing_number_check",
                violation_error_message=_("This is more than one person can list at once."),
            ),
            models.CheckConstraint(
                condition=Q(total__gte=1, total__lte=MOST_OF_A_THING, left__lte=F("total")),
                name="thing_total_left_check",
                violation_error_message=_("Write a number from 1 to 99."),
            ),
            models.CheckConstraint(
                condition=~Q(state="offered", left=0) & ~Q(state="paused", left=0),
                name="thing_state_left_check",
                violation_error_message=_("Nothing of it is left."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=LISTED, ended_at=None, owner__isnull=False) & ~Q(title="")
                | Q(state__in=ENDED_THINGS, ended_at__isnull=False),
                name="thing_state_ended_at_check",
                violation_error_message=_("What is listed has a name and someone whose it is."),
            ),
            models.CheckConstraint(
                condition=Q(mode="lend", lend_days__gte=1, lend_days__lte=MOST_LOAN_DAYS)
                | Q(mode="give", lend_days=None)
                | Q(mode="surplus", lend_days=None, until__isnull=False),
                name="thing_mode_check",
                violation_error_message=_("Choose to give or to lend, and for how many days."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_because="")
                | Q(withdrawn_because__in=WithdrawReason.values, state="withdrawn"),
                name="thing_withdrawn_because_check",
                violation_error_message=_("Choose one of the reasons."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"thing {self.pk}"

    @property
    def is_listed(self) -> bool:
        return self.state in LISTED


class ThingRequestQuerySet(models.QuerySet["ThingRequest"]):
    def waiting(self) -> "ThingRequestQuerySet":
        return self.filter(state=RequestState.WAITING)

    def of_ask(self, ask: Ask) -> "ThingRequestQuerySet":
        return self.filter(need__ask=ask)

    def told(self) -> "ThingRequestQuerySet":
        """Those of which the owner was told and that wait for their word."""
        return self.waiting().filter(owner_told_at__isnull=False)

    def came_to_nothing(self) -> "ThingRequestQuerySet":
        """Those with a yes whose claim ended before the thing changed hands."""
        ended = Q(claim__isnull=False) & ~Q(claim__state__in=FILLS_A_PLACE)
        was_done = Q(claim__state=ClaimState.CANCELLED, claim__delivered_at__isnull=False)
        return self.filter(ended & ~was_done, state=RequestState.GRANTED)


class ThingRequest(models.Model):
    """A need that a thing may meet, and what its owner said.

    `answer_by` is set once the need is open: until then its owner alone is asked. `owner_told_at` stays None
    where the ask is kept from them; nothing else tells it from silence. `moved_on_at`: since then others
    are looked for.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    thing = models.ForeignKey(
        Thing, verbose_name=_("thing"), on_delete=models.CASCADE, related_name="requests"
    )
    need = models.OneToOneField(
        Need, verbose_name=_("need"), on_delete=models.CASCADE, related_name="+"
    )
    many = models.PositiveSmallIntegerField(_("how many"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState.choices, default=RequestState.WAITING
    )
    claim = models.OneToOneField(
        Claim, verbose_name=_("claim"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), db_default=Now())
    answer_by = models.DateTimeField(_("answer by"), null=True)
    owner_told_at = models.DateTimeField(_("owner told"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    moved_on_at = models.DateTimeField(_("others looked for since"), null=True)

    objects: ClassVar = ThingRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish for a thing")
        verbose_name_plural = _("wishes for things")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values),
                name="thingrequest_state_check",
                violation_error_message=_("Choose one of the states."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at=None)
                | ~Q(state="waiting") & Q(answered_at__isnull=False),
                name="thingrequest_state_answered_at_check",
                violation_error_message=_("Say when it was answered."),
            ),
            models.CheckConstraint(
                condition=Q(many__gte=1, many__lte=MOST_OF_A_THING),
                name="thingrequest_many_check",
                violation_error_message=_("Write a number from 1 to 99."),
            ),
            models.CheckConstraint(
                condition=Q(moved_on_at=None) | ~Q(state__in=["waiting", "granted"]),
                name="thingrequest_moved_on_at_check",
                violation_error_message=_("Others are looked for only once it is answered."),
            ),
        ]

    def __str__(self) -> str:
        return f"wish for a thing {self.pk}"


class LoanQuerySet(models.QuerySet["Loan"]):
    def out(self) -> "LoanQuerySet":
        return self.filter(state=LoanState.OUT)

    def of_ask(self, ask: Ask) -> "LoanQuerySet":
        return self.filter(request__need__ask=ask)

    def help_asked(self) -> "LoanQuerySet":
        """Those that run and with which their owner wants a coordinator's help."""
        return self.out().filter(help_asked_at__isnull=False)


class Loan(models.Model):
    """A thing that was lent, until the day `back_by` of the group's time zone.

    `reminded_at`: both were reminded, the day before. `overdue_at`: both were reminded once more, after it.
    `help_asked_at`: the owner wants a coordinator to help. `listed_again_at`: what is back can be had again.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.OneToOneField(
        ThingRequest, verbose_name=_("wish"), on_delete=models.CASCADE, related_name="loan"
    )
    back_by = models.DateField(_("back by"))
    state = models.CharField(
        _("state"), max_length=10, choices=LoanState.choices, default=LoanState.OUT
    )
    reminded_at = models.DateTimeField(_("reminded"), null=True)
    overdue_at = models.DateTimeField(_("reminded again"), null=True)
    help_asked_at = models.DateTimeField(_("help asked for"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    listed_again_at = models.DateTimeField(_("listed again"), null=True)

    objects: ClassVar = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        default_permissions: ClassVar = ()
        indexes: ClassVar = [
            # Read by the sweep: loans of which both are to be reminded.
            models.Index(fields=["back_by"], condition=Q(state="out"), name="loan_back_by_out"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="out", ended_at=None)
                | Q(state__in=[one for one in LoanState.values if one != "out"])
                & Q(ended_at__isnull=False),
                name="loan_state_ended_at_check",
                violation_error_message=_("Choose one of the states, with its time."),
            ),
            models.CheckConstraint(
                condition=Q(listed_again_at=None) | Q(state="back"),
                name="loan_listed_again_at_check",
                violation_error_message=_("Only what is back can be listed again."),
            ),
        ]

    def __str__(self) -> str:
        return f"loan {self.pk}"

    @property
    def thing(self) -> Thing:
        return self.request.thing
