"""Another group's site, as this one knows it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid.partners.states import PartnerState
from mutualaid.policy.current import current_policy

LONGEST_NAME, LONGEST_PHONE = 100, 60


class PartnerQuerySet(models.QuerySet["Partner"]):
    def live(self) -> "PartnerQuerySet":
        """Those with which we exchange needs now; none while the group does without partners."""
        if not current_policy().has_partners:
            return self.none()
        return self.filter(state=PartnerState.LIVE)


class Partner(models.Model):
    """Another site: its address `site` without a path (`https://crown.example`), and the key pinned for it.

    `name` and `phone` are as its site said them when it was read; `told_name` and `told_phone` are
    what it says since, until a coordinator takes that over. `public_key` (Ed25519, hexadecimal) changes only
    by a message that was signed with the one before, counted in `key_number`. By `previous_key` it gets
    nothing but the answer to what it sent already: that to its `key.rotate` may have been lost. `our_key` is
    the key by which the partner knows us. `away_since` is set while its site does not answer as it should,
    and until `quiet_until` we leave it alone. While its clock and ours differ too much for its messages to be
    taken, `clock_off_seconds` says by how much it is ahead.

    Of our record, `seal_sent_at` says when we last sent our newest seal, `seal_number` is the newest that it
    holds, and `seal_differs_at` is set once it says that it holds another head than the one we sent.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.CharField(_("address"), max_length=200)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    phone = models.CharField(_("help line"), max_length=LONGEST_PHONE, blank=True, default="")
    told_name = models.CharField(_("new name"), max_length=LONGEST_NAME, blank=True, default="")
    told_phone = models.CharField(
        _("new help line"), max_length=LONGEST_PHONE, blank=True, default=""
    )
    public_key = models.CharField(_("key"), max_length=64)
    key_number = models.PositiveIntegerField(default=1)
    previous_key = models.CharField(max_length=64, blank=True, default="")
    our_key = models.ForeignKey(
        "partners.SigningKey", on_delete=models.PROTECT, related_name="known_to"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PartnerState.choices, default=PartnerState.READ
    )
    read_at = models.DateTimeField(_("read"), db_default=Now())
    compared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("digits compared by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    compared_at = models.DateTimeField(_("digits compared"), null=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("agreed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    live_at = models.DateTimeField(_("together since"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    heard_at = models.DateTimeField(_("last heard"), null=True)
    away_since = models.DateTimeField(_("does not answer since"), null=True)
    clock_wrong_since = models.DateTimeField(null=True)
    clock_off_seconds = models.IntegerField(null=True)
    quiet_until = models.DateTimeField(_("tried again"), null=True)
    seal_sent_at = models.DateTimeField(null=True)
    seal_number = models.PositiveBigIntegerField(default=0)
    seal_differs_at = models.DateTimeField(null=True)

    objects: ClassVar = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("neighbouring group")
        verbose_name_plural = _("neighbouring groups")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["site"],
                condition=~Q(state="ended"),
                name="partner_site_uniq",
                violation_error_message=_("This site is here already."),
            ),
            models.UniqueConstraint(
                fields=["public_key"],
                condition=~Q(state="ended"),
                name="partner_public_key_uniq",
                violation_error_message=_("Another site has this key already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=PartnerState.values),
                name="partner_state_check",
                violation_error_message=_("Choose one of the states."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["read", "ended"]) | Q(compared_at__isnull=False),
                name="partner_state_compared_at_check",
                violation_error_message=_("First the digits of the two keys are compared."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["live", "paused"], live_at__isnull=False)
                | Q(state__in=["read", "compared"], live_at=None)
                | Q(state="ended"),
                name="partner_state_live_at_check",
                violation_error_message=_("First the group agrees."),
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False)
                | ~Q(state="ended") & Q(ended_at=None),
                name="partner_state_ended_at_check",
                violation_error_message=_("What ended has a time at which it did."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
