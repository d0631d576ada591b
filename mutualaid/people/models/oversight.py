"""What keeps an eye on the team: decisions that take two people, looks at accounts, who did what."""

from typing import ClassVar

from django.contrib.admin.models import LogEntry
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.people.models.person import User


class DecisionQuerySet(models.QuerySet["TwoPersonDecision"]):
    def waiting(self) -> "DecisionQuerySet":
        """Those that a second person can still agree to, by the database's clock."""
        return self.filter(state=TwoPersonDecision.State.OPEN, expires_at__gt=Now())


class TwoPersonDecision(models.Model):
    """What one person proposes about another, and a third one has to agree to. See `people/decisions.py`.

    `kind` is the key of a `DecisionKind`. One that no one agreed to until `expires_at` counts as ended.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits for a second person")
        AGREED = "agreed", _("agreed")
        ENDED = "ended", _("not agreed")

    kind = models.CharField(_("what"), max_length=40)
    about = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="decisions"
    )
    proposed_by = models.ForeignKey(
        User,
        verbose_name=_("proposed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    agreed_by = models.ForeignKey(
        User, verbose_name=_("agreed by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    proposed_at = models.DateTimeField(_("proposed"), db_default=Now())
    expires_at = models.DateTimeField(_("can be agreed to until"))
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects: ClassVar = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision of two people")
        verbose_name_plural = _("decisions of two people")
        default_permissions: ClassVar = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["about", "kind"],
                condition=Q(state="open"),
                name="twopersondecision_about_kind_uniq",
                violation_error_message=_("This is proposed already."),
            ),
            models.CheckConstraint(
                condition=~Q(agreed_by=F("proposed_by"))
                & ~Q(about=F("proposed_by"))
                & ~Q(about=F("agreed_by")),
                name="twopersondecision_about_proposed_by_agreed_by_check",
                violation_error_message=_(
                    "It takes two people, and neither decides about themself."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "agreed", "ended"]),
                name="twopersondecision_state_check",
                violation_error_message=_("Choose one of the states."),
            ),
            models.CheckConstraint(
                condition=Q(state="agreed") | Q(agreed_by=None),
                name="twopersondecision_agreed_by_check",
                violation_error_message=_("Only what was agreed has someone who agreed."),
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"

    @property
    def is_waiting(self) -> bool:
        """Whether a second person can still agree, by this machine's clock: to show it, not to decide."""
        return self.state == self.State.OPEN and self.expires_at > timezone.now()


class AccountAccessLogEntry(models.Model):
    """One look at the e-mail of an account, and with `phone` at that too, by someone of the team.

    The first look of a day at a person takes a `slot` (1, 2, …) of the hour that `window` names
    ("2026-11-25T19"), so that the database enforces the limit; looks again on that day take none.
    """

    person = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="access_log"
    )
    by = models.ForeignKey(
        User, verbose_name=_("who"), on_delete=models.CASCADE, related_name="account_looks"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    window = models.CharField(max_length=20)
    slot = models.PositiveSmallIntegerField(null=True)
    phone = models.BooleanField(_("the phone too"), default=False)

    class Meta:
        verbose_name = _("look at an e-mail")
        verbose_name_plural = _("looks at e-mails")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["by", "window", "slot"],
                name="accountaccesslogentry_by_window_slot_uniq",
                violation_error_message=_("This look has been counted already."),
            ),
        ]

    def __str__(self) -> str:
        return f"look at account {self.pk}"


class StaffLogEntry(LogEntry):
    """The page "Who did what" of the admin; see `mutualaid/admin/staff_log.py`. No one changes it."""

    class Meta:
        proxy = True
        verbose_name = _("who did what")
        verbose_name_plural = _("who did what")
        default_permissions: ClassVar = ("view",)
