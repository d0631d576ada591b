"""What solving the backlog leaves behind: its runs, the proposals in force, and which run has the lease."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid.matching.models.scoring_inputs import fresh

GOOD_ENOUGH = 0.002
"""Where a certified gap is above this after a warm start, free places bid; if it still is, all is solved anew
from nothing (ADRs 14 and 93)."""


LEASE = timedelta(minutes=3)
"""How long one worker has the backlog to itself; longer than a run may take."""

KEEP_DAYS = 90
"""How long coordinators see old runs."""


class BacklogRunQuerySet(models.QuerySet["BacklogRun"]):
    def tidy_up(self) -> None:
        """Mark runs whose worker died as failed, and delete those older than `KEEP_DAYS`."""
        running = self.filter(outcome=BacklogRun.Outcome.RUNNING)
        lost = running.filter(began_at__lt=Now() - LEASE)
        lost.update(outcome=BacklogRun.Outcome.FAILED, error="Lost")
        self.filter(began_at__lt=Now() - timedelta(days=KEEP_DAYS)).delete()


class BacklogRun(models.Model):
    """One run over all open needs together, for coordinators to see. Counts only, nothing of a person."""

    class Outcome(models.TextChoices):
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        FAILED = "failed", _("failed; the prices of before stay")

    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.RUNNING
    )
    began_at = models.DateTimeField(_("began at"), db_default=Now())
    cold = models.BooleanField(_("from nothing"), default=False)
    needs = models.PositiveIntegerField(_("open needs"), default=0)
    offers = models.PositiveIntegerField(_("free offers"), default=0)
    pairs = models.PositiveBigIntegerField(_("pairs that fit"), default=0)
    matches = models.PositiveIntegerField(_("proposals"), default=0)
    moved = models.PositiveIntegerField(_("proposals moved"), default=0)
    gap = models.FloatField(
        _("gap"),
        default=0,
        help_text=_("The share of the best possible that may be missing at most. 0.002 is 0.2 %."),
    )
    seconds = models.FloatField(_("seconds"), default=0)
    error = models.CharField(_("what went wrong"), max_length=80, blank=True)

    objects: ClassVar = BacklogRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of the whole backlog")
        verbose_name_plural = _("runs of the whole backlog")
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=["running", "done", "failed"]),
                name="backlogrun_outcome_check",
                violation_error_message=_("Choose one of the outcomes."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Run %(number)s") % {"number": self.pk})


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def fresh(self) -> "ProposalQuerySet":
        """Of a last run that is as young as a price has to be, see `OfferPrice`; older ones say nothing."""
        done = BacklogRun.objects.filter(outcome=BacklogRun.Outcome.DONE).order_by("-pk")
        last_run = self.annotate(solved_at=Subquery(done.values("began_at")[:1]))
        return last_run.filter(fresh("solved_at"))


class Proposal(models.Model):
    """The offer that the last run proposes for a need. It is kept where the next finds nothing better.

    Soft: it counts in the ranking of its need, and comes first in the order of invitation (ADR 88). It keeps
    nobody from anything.
    """

    need = models.OneToOneField(
        "requests_app.Need", on_delete=models.CASCADE, related_name="proposal"
    )
    offer = models.ForeignKey(
        "offers_app.Offer", on_delete=models.CASCADE, related_name="proposals"
    )

    objects: ClassVar = ProposalQuerySet.as_manager()

    class Meta:
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"{self.need} → {self.offer}"


class BacklogLeaseQuerySet(models.QuerySet["BacklogLease"]):
    def take(self, run: BacklogRun) -> bool:
        """Give the one lease to `run` if it is free, by the database's clock. Of two at once one gets it."""
        self.get_or_create(pk=1)
        free = Q(until=None) | Q(until__lt=Now())
        return self.filter(free, pk=1).update(run=run, until=Now() + LEASE) == 1

    def still_held_by(self, run: BacklogRun) -> bool:
        """Whether `run` may write its results. Extends the lease, and locks it until the transaction ends."""
        return self.filter(pk=1, run=run, until__gt=Now()).update(until=Now() + LEASE) == 1

    def give_to_keep(self, keeper: str) -> bool:
        """Make this process the keeper; whether it was before. Locks the row until the transaction ends."""
        self.get_or_create(pk=1)
        if self.filter(pk=1, keeper=keeper).update(keeper=keeper):
            return True
        self.filter(pk=1).update(keeper=keeper)
        return False

    def give_back(self, run: BacklogRun) -> None:
        self.filter(pk=1, run=run).update(until=None)


class BacklogLease(models.Model):
    """One row: which run solves the backlog, and until when. The lease of a worker that dies runs out.

    `keeper` is the process that took in each `BacklogChange`; any other has to read everything.
    """

    run = models.ForeignKey(BacklogRun, null=True, on_delete=models.SET_NULL, related_name="+")
    until = models.DateTimeField(null=True)
    keeper = models.CharField(max_length=32, blank=True)

    objects: ClassVar = BacklogLeaseQuerySet.as_manager()

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(pk=1),
                name="backloglease_id_check",
                violation_error_message=_("There is only one row of this."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.until)
