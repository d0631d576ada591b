"""A trial: the row owns it, whether a worker plays it now, later, or died while it did."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

LEASE = timedelta(minutes=15)
"""How long one worker has a trial to itself; longer than it takes on a slow machine."""
MOST_TRIES = 3


class TrialQuerySet(models.QuerySet["Trial"]):
    def due(self) -> "TrialQuerySet":
        """Those that no one has played, and no one is playing."""
        free = Q(lease_until=None) | Q(lease_until__lt=Now())
        return self.filter(free, ended_at=None)

    def failed(self) -> "TrialQuerySet":
        """Those that have ended without results."""
        return self.filter(now__isnull=True, ended_at__isnull=False)

    def take(self, pk: int) -> bool:
        """Give it to one worker for `LEASE`. Of two at once one gets it."""
        taken = self.due().filter(pk=pk, tries__lt=MOST_TRIES)
        return taken.update(lease_until=Now() + LEASE, tries=models.F("tries") + 1) == 1


class Trial(models.Model):
    """`changes` are values of the policy and points, by name, that someone typed and did not save yet.

    `now` and `then` are the metrics of a week with the values in force and with the changes, by the names
    of `simulation.metrics.Metrics`; None until it has ended, and where it failed.
    """

    key = models.CharField(max_length=64, unique=True)
    """The same changes of the same values have the same, so that nothing is played twice."""
    changes = models.JSONField(_("what you would change"))
    asked_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(_("ended"), null=True)
    now = models.JSONField(null=True)
    then = models.JSONField(null=True)

    objects: ClassVar = TrialQuerySet.as_manager()

    class Meta:
        verbose_name = _("trial in a made-up city")
        verbose_name_plural = _("trials in a made-up city")
        default_permissions: ClassVar = ("view",)
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(now__isnull=True, then__isnull=True)
                | Q(now__isnull=False, then__isnull=False, ended_at__isnull=False),
                name="trial_now_then_ended_at_check",
                violation_error_message=_("A trial has both results once it has ended, or none."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Trial %(number)s") % {"number": self.pk})

    @property
    def has_failed(self) -> bool:
        """Whether it has ended without results."""
        return self.ended_at is not None and self.now is None
