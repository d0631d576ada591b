"""One winding down of the group: who decided it, its two days, and how far it has come."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    PROPOSED = "proposed", _("waits for a second person")
    TELLING = "telling", _("everyone is being told")
    TOLD = "told", _("everyone was told")
    CLOSING = "closing", _("what is open is being closed")
    CLOSED = "closed", _("what was open is closed")
    ERASING = "erasing", _("everything is being erased")
    CALLED_OFF = "called_off", _("called off")


class WindingDownQuerySet(models.QuerySet["WindingDown"]):
    def live(self) -> "WindingDownQuerySet":
        """The one that is proposed or agreed and not called off; a proposal also after it ran out."""
        return self.filter(called_off_at=None)

    def waiting(self) -> "WindingDownQuerySet":
        """The proposal to which a second person can still agree, by the database's clock."""
        return self.live().filter(agreed_at=None, expires_at__gt=Now())

    def agreed(self) -> "WindingDownQuerySet":
        """The one that two people agreed to and no one has called off."""
        return self.live().filter(agreed_at__isnull=False)

    def erasing(self) -> "WindingDownQuerySet":
        """The one that can't be called off any more."""
        return self.filter(erasing_at__isnull=False)


class WindingDown(models.Model):
    """Written by `actions` and the sweep alone. At most one is live; once all is erased there is none.

    On the day `closes_on` what is still open is closed, on `erases_on` everyone is erased. A proposal that no
    one agreed to until `expires_at` counts as ended. `agreed_by` is None where who keeps the server agreed,
    or an account was erased since. `asking_before` holds the values of the policy that come back when it is
    called off. `goes_on_told_at`: since when everyone who had been told knows that it was called off.
    """

    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    proposed_at = models.DateTimeField(_("proposed"), db_default=Now())
    expires_at = models.DateTimeField(_("can be agreed to until"))
    closes_on = models.DateField(_("what is open closes on"))
    erases_on = models.DateField(_("everything is erased on"))
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("agreed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    agreed_at = models.DateTimeField(_("agreed"), null=True)
    asking_before = models.JSONField(default=dict)
    told_at = models.DateTimeField(_("everyone was told"), null=True)
    closed_at = models.DateTimeField(_("what was open was closed"), null=True)
    erasing_at = models.DateTimeField(_("erasing began"), null=True)
    called_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("called off by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    called_off_at = models.DateTimeField(_("called off"), null=True)
    goes_on_told_at = models.DateTimeField(null=True)

    objects: ClassVar = WindingDownQuerySet.as_manager()

    class Meta:
        verbose_name = _("winding down")
        verbose_name_plural = _("winding down")
        default_permissions: ClassVar = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                ExpressionWrapper(Q(called_off_at=None), output_field=BooleanField()),
                condition=Q(called_off_at=None),
                name="windingdown_called_off_at_uniq",
                violation_error_message=_("Winding down is proposed already."),
            ),
            models.CheckConstraint(
                condition=~Q(agreed_by=F("proposed_by")),
                name="windingdown_proposed_by_agreed_by_check",
                violation_error_message=_("It takes two people."),
            ),
            models.CheckConstraint(
                condition=Q(erases_on__gt=F("closes_on")),
                name="windingdown_closes_on_erases_on_check",
                violation_error_message=_("What is open closes first, and is erased later."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=False) | Q(agreed_by=None, told_at=None),
                name="windingdown_agreed_at_check",
                violation_error_message=_("Nothing happens before two people agreed."),
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=False) | Q(closed_at=None),
                name="windingdown_told_at_closed_at_check",
                violation_error_message=_("Everyone is told before anything is closed."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(erasing_at=None),
                name="windingdown_closed_at_erasing_at_check",
                violation_error_message=_("What is open is closed before anything is erased."),
            ),
            models.CheckConstraint(
                condition=Q(called_off_at=None, called_off_by=None, goes_on_told_at=None)
                | Q(called_off_at__isnull=False, erasing_at=None),
                name="windingdown_called_off_at_check",
                violation_error_message=_("It can be called off until erasing begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"winding down {self.pk}"

    @property
    def is_waiting(self) -> bool:
        """Whether a second person can still agree, by this machine's clock: to show it, not to decide."""
        is_open = self.agreed_at is None and self.called_off_at is None
        return is_open and self.expires_at > timezone.now()

    @property
    def is_held_back(self) -> bool:
        """Whether a wrong clock wrote when it told or closed: the next step waits for that moment."""
        return any(at and at > timezone.now() for at in (self.told_at, self.closed_at))

    @property
    def stage(self) -> Stage:
        """How far it has come, by this machine's clock. A proposal that ran out is called off."""
        if self.called_off_at or (self.agreed_at is None and not self.is_waiting):
            return Stage.CALLED_OFF
        if self.agreed_at is None:
            return Stage.PROPOSED
        if self.erasing_at:
            return Stage.ERASING
        if self.closed_at:
            return Stage.CLOSED
        if self.told_at is None:
            return Stage.TELLING
        return Stage.CLOSING if self.closes_on <= timezone.localdate() else Stage.TOLD
