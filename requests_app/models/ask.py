"""What one neighbour sends. It owns once what all of its needs share; who asks stands in `AskContact`."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import WrongKey
from mutualaid.policy.current import current_policy

if TYPE_CHECKING:
    from requests_app.models.contact import AskContact


class Erased(Exception):
    """The time of this ask is over: nothing is written about it any more."""


class AskQuerySet(models.QuerySet["Ask"]):
    def with_way_back(self) -> "AskQuerySet":
        """Those whose private links still open: with a live need, or one that was closed lately."""
        lately = Now() - timedelta(days=current_policy().link_days_after_end)
        still_known = Q(needs__closed_at=None) | Q(needs__closed_at__gte=lately)
        return self.filter(still_known, erased_at=None).distinct()


class Ask(models.Model):
    """One person or household, one contact, one or more needs.

    `read_first`: a coordinator reads each of its needs before volunteers hear of it. `source` and
    `reference` say where it came from, once for each. Where it is `merged_into` another, its needs stand
    there and only the contact details that it came with are left here.
    """

    class ForWhom(models.TextChoices):
        SELF = "self", _("For me")
        SOMEONE_ELSE = "someone_else", _("For someone else, who agreed to it")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="asks",
    )
    for_whom = models.CharField(
        _("for whom"), max_length=12, choices=ForWhom.choices, default=ForWhom.SELF
    )
    languages = models.ManyToManyField(
        "catalog.Language", verbose_name=_("languages"), related_name="+"
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("of the same household as"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="merged",
    )
    alike = models.ManyToManyField("self", verbose_name=_("looks alike, is of others"), blank=True)
    read_first = models.BooleanField(_("a coordinator reads it first"), default=False)
    call_back_at = models.DateTimeField(
        _("lost the way back; to be rung since"), null=True, blank=True
    )
    source = models.CharField(_("came from"), max_length=40, blank=True)
    reference = models.CharField(_("reference there"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("asked at"), default=timezone.now)
    erased_at = models.DateTimeField(_("personal details erased at"), null=True, blank=True)

    objects: ClassVar = AskQuerySet.as_manager()

    class Meta:
        verbose_name = _("ask")
        verbose_name_plural = _("asks")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "reference"],
                condition=~Q(reference=""),
                name="ask_source_reference_uniq",
                violation_error_message=_("This reference is here already."),
            ),
            models.CheckConstraint(
                condition=Q(for_whom__in=["self", "someone_else"])
                | Q(for_whom="", erased_at__isnull=False),
                name="ask_for_whom_check",
                violation_error_message=_("Choose for whom it is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.code}"

    @property
    def code(self) -> str:
        """A short name for coordinators to tell asks apart; it opens nothing."""
        return str(self.public_id)[:8]

    @property
    def readable_contact(self) -> "AskContact | None":
        """The contact details; None where no key at hand opens them just now."""
        try:
            return self.contact
        except WrongKey:
            return None
