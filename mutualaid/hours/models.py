"""A note of hours: one row says who gave and who received, so that the sum of all balances is always zero."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Sum, When
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from mutualaid.hours.states import ENDED, NoteState
from mutualaid.people.models import User

MOST_MINUTES = 24 * 60
ANSWER_DAYS = 14
"""So long a note waits for the other. Assumed, not measured (ADR 112)."""


class HourNoteQuerySet(models.QuerySet["HourNote"]):
    def of(self, user: User) -> "HourNoteQuerySet":
        """Notes in which they gave or received."""
        return self.filter(Q(giver=user) | Q(receiver=user))

    def waiting(self) -> "HourNoteQuerySet":
        """Those that can be answered now, by the database's clock."""
        since = Now() - timedelta(days=ANSWER_DAYS)
        return self.filter(state=NoteState.PROPOSED, proposed_at__gt=since)

    def overdue(self) -> "HourNoteQuerySet":
        """Those that no one answered in time."""
        since = Now() - timedelta(days=ANSWER_DAYS)
        return self.filter(state=NoteState.PROPOSED, proposed_at__lte=since)

    def for_the_commons(self) -> "HourNoteQuerySet":
        """Those with someone without an account, whom the commons stand for."""
        return self.filter(Q(giver=None) | Q(receiver=None))

    def balance_of(self, user_id: int | None) -> int:
        """Return the minutes they gave beyond those they received; None stands for the commons."""
        gave = Q(giver=user_id)
        counted = self.filter(gave | Q(receiver=user_id), state=NoteState.AGREED, is_gift=False)
        signed = Case(When(gave, then=F("minutes")), default=-F("minutes"))
        total: int = counted.aggregate(total=Coalesce(Sum(signed), 0))["total"]
        return total


class HourNote(models.Model):
    """Who gave so many minutes to whom, on a day of the group's time zone.

    `giver` or `receiver` is None for the commons, which stand for who has no account. `proposed_by` is one of
    the two, and `agreed_by` the other; for the commons, a coordinator. With `is_gift` no balance moved, for
    it would have passed a limit. `claim` is the help it is about; it goes with the words of that. No accessor
    leads from an account or a claim to here: what ranks and invites could follow one.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who gave"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who received"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    day = models.DateField(_("day"))
    claim = models.ForeignKey(
        "requests_app.Claim",
        verbose_name=_("claim"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    proposed_at = models.DateTimeField(_("proposed"), db_default=Now())
    state = models.CharField(
        _("state"), max_length=12, choices=NoteState.choices, default=NoteState.PROPOSED
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("agreed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    agreed_at = models.DateTimeField(_("agreed"), null=True)
    is_gift = models.BooleanField(_("a gift"), default=False)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects: ClassVar = HourNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note of hours")
        verbose_name_plural = _("notes of hours")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(giver__isnull=False) | Q(receiver__isnull=False),
                name="hournote_giver_or_receiver_check",
                violation_error_message=_("Someone gave or received it."),
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")),
                name="hournote_giver_receiver_check",
                violation_error_message=_("No one gives hours to themself."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=MOST_MINUTES),
                name="hournote_minutes_check",
                violation_error_message=_("Write a time from 1 minute to 24 hours."),
            ),
            models.CheckConstraint(
                condition=Q(proposed_by=None)
                | Q(proposed_by=F("giver"))
                | Q(proposed_by=F("receiver"))
                | Q(giver=None)
                | Q(receiver=None),
                name="hournote_proposed_by_check",
                violation_error_message=_("One of the two notes it."),
            ),
            models.CheckConstraint(
                condition=~Q(agreed_by=F("proposed_by")) & ~Q(agreed_by=F("giver"), receiver=None),
                name="hournote_agreed_by_proposed_by_check",
                violation_error_message=_("No one agrees to their own note."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_by=None)
                | Q(agreed_by=F("giver"))
                | Q(agreed_by=F("receiver"))
                | Q(giver=None)
                | Q(receiver=None),
                name="hournote_agreed_by_check",
                violation_error_message=_("The other of the two agrees."),
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed", agreed_by=None) | Q(giver=None) | Q(receiver=None),
                name="hournote_state_agreed_by_check",
                violation_error_message=_("Someone has to agree."),
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", agreed_at=None, ended_at=None, agreed_by=None)
                | Q(state="agreed", agreed_at__isnull=False, ended_at=None)
                | Q(state__in=ENDED, agreed_at=None, ended_at__isnull=False, agreed_by=None),
                name="hournote_state_check",
                violation_error_message=_("Choose one of the states, with its day."),
            ),
            models.CheckConstraint(
                condition=Q(is_gift=False) | Q(state="agreed"),
                name="hournote_is_gift_state_check",
                violation_error_message=_("Only what is agreed can be a gift."),
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state__in=["proposed", "agreed"]),
                name="hournote_claim_uniq",
                violation_error_message=_("The hours of this help are noted already."),
            ),
            models.UniqueConstraint(
                fields=["proposed_by", "giver", "receiver"],
                condition=Q(state="proposed", claim=None),
                name="hournote_proposed_by_giver_receiver_uniq",
                violation_error_message=_("A note to this person waits for their answer already."),
            ),
        ]

    def __str__(self) -> str:
        return f"note of hours {self.pk}"

    @property
    def asked_id(self) -> int | None:
        """The account that agrees or not; None where a coordinator does, for the commons."""
        return self.receiver_id if self.proposed_by_id == self.giver_id else self.giver_id

    @property
    def asked(self) -> User | None:
        """The same, read."""
        return self.receiver if self.proposed_by_id == self.giver_id else self.giver
