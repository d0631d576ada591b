"""An import: the file as long as it is needed, each of its rows, and what is remembered of its headings."""

import json
from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.importing.dry_run import Outcome
from mutualaid.importing.states import RUN_TRANSITIONS, WORKING, RunState
from mutualaid.transitions import StateChanged, apply_transition

LEASE = timedelta(minutes=5)
"""How long a worker has an import to itself without a sign of life."""
KEPT = timedelta(days=14)
"""How long a file waits for whoever uploaded it, and what is left to correct after an import."""


def kept_until() -> Any:
    return timezone.now() + KEPT


class RunQuerySet(models.QuerySet["ImportRun"]):
    def to_work_on(self) -> "RunQuerySet":
        """Those that a worker has to go on with, and none has."""
        free = Q(lease_until=None) | Q(lease_until__lt=Now())
        return self.filter(free, state__in=WORKING)

    def take(self, pk: int) -> "ImportRun | None":
        """Lease one; None where there is nothing to do or someone else does it."""
        taken = self.to_work_on().filter(pk=pk).update(lease_until=Now() + LEASE)
        return self.select_related("by").get(pk=pk) if taken else None


class ImportRun(models.Model):
    """One import of one file. `said` is what was said of it, as JSON: see `said.Said`.

    `last_row` is the number of the last row of the sheet, `row_reached` that of the one up to which the
    work of this state is done; `needs` is how many needs were written. Until `kept_until` the file and the
    rows that are left to correct are kept.
    """

    class Kind(models.TextChoices):
        NEEDS = "needs", _("Needs")
        VOLUNTEERS = "volunteers", _("Volunteers")
        AREAS = "areas", _("Areas")
        RESOURCES = "resources", _("Resources")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("what is in it"), max_length=12, choices=Kind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=RunState.choices, default=RunState.READING
    )
    file_name = EncryptedTextField(_("file"), row="public_id")
    said = EncryptedTextField(row="public_id")
    problem = EncryptedTextField(row="public_id", blank=True, default="")
    last_row = models.PositiveIntegerField(_("rows"), default=0)
    row_reached = models.PositiveIntegerField(default=0)
    needs = models.PositiveIntegerField(_("needs"), default=0)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    kept_until = models.DateTimeField(default=kept_until)

    objects: ClassVar = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes: ClassVar = [
            # Read by the sweep that goes on with imports.
            models.Index(fields=["state"], condition=Q(state__in=WORKING), name="run_to_work_on"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=RunState.values),
                name="importrun_state_check",
                violation_error_message=_("Choose one of the states."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["needs", "volunteers", "areas", "resources"]),
                name="importrun_kind_check",
                violation_error_message=_("Choose what is in the sheet."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    def transition(self, action: str, **fields: Any) -> None:
        """Take a transition, and write `fields`. Raises `StateChanged` where it is not possible any more."""
        row = ImportRun.objects.filter(pk=self.pk)
        if not apply_transition(row, RUN_TRANSITIONS[action], **fields):
            raise StateChanged(action)
        self.refresh_from_db(fields=["state", *fields])

    @property
    def is_working(self) -> bool:
        return self.state in WORKING

    @property
    def percent(self) -> int:
        """How far the work of its state has come, 0 to 100."""
        return min(100, 100 * self.row_reached // self.last_row) if self.last_row else 0

    def rows_of(self, outcome: Outcome) -> models.QuerySet["ImportRow"]:
        return self.sheet_rows.filter(outcome=outcome).order_by("number")


class ImportPart(models.Model):
    """A part of the file as it was uploaded, or a few hundred rows of the chosen sheet, as JSON.

    `number` is that of its first row, or counts the parts of the file. It is removed as soon as
    the import is done or stopped.
    """

    class Of(models.TextChoices):
        FILE = "file", "file"
        ROWS = "rows", "rows"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="parts")
    of = models.CharField(max_length=4, choices=Of.choices)
    number = models.PositiveIntegerField()
    content = EncryptedTextField()
    kept_until = models.DateTimeField(default=kept_until)

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "of", "number"],
                name="importpart_run_of_number_uniq",
                violation_error_message=_("This part of the file is here already."),
            ),
        ]

    def __str__(self) -> str:
        return f"part {self.pk}"


class ImportRow(models.Model):
    """A row of the sheet, what is to become of it or became of it, and what was made of it.

    `cells` and `reasons` are those of a row that is to be corrected, as JSON; `before` is what stood in an
    area that was changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="sheet_rows")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    reference = models.CharField(max_length=80, blank=True)
    cells = EncryptedTextField(blank=True, default="")
    reasons = EncryptedTextField(blank=True, default="")
    before = EncryptedTextField(blank=True, default="")
    ask = models.ForeignKey(
        "requests_app.Ask", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    locality = models.ForeignKey(
        "catalog.Locality", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    resource = models.ForeignKey(
        "resources.Resource", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    kept_until = models.DateTimeField(default=kept_until)

    class Meta:
        default_permissions: ClassVar = ()
        indexes: ClassVar = [
            # Read for each batch: which of its references stand further up in the sheet.
            models.Index(fields=["run", "reference"], name="importrow_reference_idx"),
            # Read by the counts, and by the file of what is left to correct.
            models.Index(fields=["run", "outcome", "number"], name="importrow_outcome_idx"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "number"],
                name="importrow_run_number_uniq",
                violation_error_message=_("This row is here already."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values),
                name="importrow_outcome_check",
                violation_error_message=_("Choose what becomes of the row."),
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.number}"

    @property
    def reason_list(self) -> list[str]:
        return json.loads(self.reasons) if self.reasons else []

    @property
    def cell_list(self) -> list[str]:
        return json.loads(self.cells) if self.cells else []


class RememberedChoices(models.Model):
    """What was said of a sheet, for the next one with the same headings; `key` is a keyed hash of them."""

    key = models.CharField(max_length=32, primary_key=True)
    choices = EncryptedTextField()
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"choices {self.pk}"
