"""A need that one group asks another about. Each side has a row of its own for it."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.partners.models.partner import Partner
from mutualaid.partners.states import (
    ENDED_HERE,
    HELP_THERE,
    LIVE_INCOMING,
    LIVE_OUTGOING,
    IncomingState,
    OutgoingState,
)

DUE = (
    Q(contact_at__isnull=False)
    | Q(withdraw_due=True)
    | Q(erase_asked_at__isnull=False, erased_at__isnull=True)
)
"""Something of an `IncomingReferral` came and is not taken up yet."""
NOTHING_WAITS: dict[str, Any] = {"contact": "", "contact_at": None}
"""Columns of one where contact details are taken up, or no longer wanted."""


class OutgoingReferralQuerySet(models.QuerySet["OutgoingReferral"]):
    def live(self) -> "OutgoingReferralQuerySet":
        """Those for which the need rests here."""
        return self.filter(state__in=LIVE_OUTGOING)


class OutgoingReferral(models.Model):
    """A need of ours of which a partner is asked, by `public_id`. At most one of a need is live.

    `answer_by`: until when we wait, for the partner's answer, then for the neighbour's. `their_version` is
    the highest of the versions that the partner's statuses came with. `contact_sent_at`: since when contact
    details may be there; then `erase_asked_at` says since when we ask to erase them, and `erased_there_at`
    when the partner said that it did. `heard_on_phone`: a coordinator, `heard_by` while they have an account,
    noted what the neighbour answered. `asked_by` is the coordinator, None where the site asked by itself.
    `reason` is why it ended: a `DeclineReason`, or a `TakenBack`. `next_due`: it ended, and the need waits
    for the sweep, which asks another group, opens it again or closes it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partner = models.ForeignKey(
        "partners.Partner",
        verbose_name=_("neighbouring group"),
        on_delete=models.PROTECT,
        related_name="outgoing_referrals",
    )
    need = models.ForeignKey(
        "requests_app.Need",
        verbose_name=_("need"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=OutgoingState.choices, default=OutgoingState.ASKED
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("asked"), db_default=Now())
    answer_by = models.DateTimeField(_("answer by"))
    reason = models.CharField(_("reason"), max_length=20, blank=True, default="")
    their_version = models.PositiveIntegerField(default=0)
    consented_at = models.DateTimeField(_("the neighbour agreed"), null=True)
    heard_on_phone = models.BooleanField(
        _("answered on the phone"), default=False, db_default=False
    )
    heard_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("noted by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    contact_sent_at = models.DateTimeField(_("contact details sent"), null=True)
    erase_asked_at = models.DateTimeField(_("asked to erase"), null=True)
    erased_there_at = models.DateTimeField(_("erased there"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    next_due = models.BooleanField(default=False)

    objects: ClassVar = OutgoingReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("need that a group is asked about")
        verbose_name_plural = _("needs that groups are asked about")
        default_permissions: ClassVar = ()
        indexes: ClassVar = [
            # Read by the sweep: those that ended, and with which the need has to go on.
            models.Index(
                fields=["id"], condition=Q(next_due=True), name="outgoing_referral_next_due"
            ),
            # Read by the board: erasing that was asked for and not confirmed.
            models.Index(
                fields=["erase_asked_at"],
                condition=Q(erased_there_at=None),
                name="outgoing_referral_erasing",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["need", "partner"],
                name="outgoingreferral_need_partner_uniq",
                violation_error_message=_("This group was asked about it already."),
            ),
            models.UniqueConstraint(
                fields=["need"],
                condition=Q(state__in=LIVE_OUTGOING),
                name="outgoingreferral_need_uniq",
                violation_error_message=_("Another group is being asked about it just now."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=OutgoingState.values),
                name="outgoingreferral_state_check",
                violation_error_message=_("Choose one of the states."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*HELP_THERE, "confirmed", "unmet", "not_needed"])
                | Q(consented_at__isnull=False),
                name="outgoingreferral_state_consented_at_check",
                violation_error_message=_("First the neighbour agrees."),
            ),
            models.CheckConstraint(
                condition=Q(contact_sent_at=None) | Q(consented_at__isnull=False),
                name="outgoingreferral_contact_sent_at_consented_at_check",
                violation_error_message=_("First the neighbour agrees."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_OUTGOING, ended_at=None)
                | ~Q(state__in=LIVE_OUTGOING) & Q(ended_at__isnull=False),
                name="outgoingreferral_state_ended_at_check",
                violation_error_message=_("What ended has a time at which it did."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=LIVE_OUTGOING) | Q(next_due=False, erase_asked_at=None),
                name="outgoingreferral_state_next_due_erase_asked_at_check",
                violation_error_message=_("First it ends."),
            ),
        ]

    def __str__(self) -> str:
        return f"referral {self.public_id}"


class IncomingReferralQuerySet(models.QuerySet["IncomingReferral"]):
    def live(self) -> "IncomingReferralQuerySet":
        """Those that wait for an answer, for contact details, or for help."""
        return self.filter(state__in=LIVE_INCOMING)

    def to_answer(self) -> "IncomingReferralQuerySet":
        """Those of live partners that can still be answered, the most urgent first."""
        partners = Partner.objects.live().values("pk")
        waiting = self.filter(state=IncomingState.ASKED, answer_by__gt=Now(), partner__in=partners)
        return waiting.order_by(F("asked__urgency").desc(), "answer_by", "pk")

    def watched(self) -> "IncomingReferralQuerySet":
        """Those with a need here, of whose changes the partner is told; ended ones may be opened again."""
        return self.filter(need__isnull=False, state__in=(IncomingState.RECEIVED, *ENDED_HERE))

    def due(self) -> "IncomingReferralQuerySet":
        """Those of which an ask is to be made or changed, taken back or erased."""
        return self.filter(DUE)


class IncomingReferral(models.Model):
    """A need of a partner that we are asked about, by the `public_id` that the partner gave it.

    `asked` is what the partner said of it, without a person (the fields of `messages.ReferralAsk`). `contact`
    are contact details that came and are to be taken up: the `ask` with its one `need` is made of them, or
    changed. They came at `contact_at`, which is empty where none wait. `withdraw_due`: the partner took it
    back, and the need is still to be withdrawn. `version` is that of the last status that we told,
    `told_state`. `unknown_there_at`: since when the partner knows nothing of it any more. `erase_asked_at`:
    the partner asked to erase; `erased_at`: it is done.
    """

    public_id = models.UUIDField(editable=False)
    partner = models.ForeignKey(
        "partners.Partner",
        verbose_name=_("neighbouring group"),
        on_delete=models.PROTECT,
        related_name="incoming_referrals",
    )
    asked = models.JSONField(_("what it is about"), default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=IncomingState.choices, default=IncomingState.ASKED
    )
    asked_at = models.DateTimeField(_("asked"), db_default=Now())
    answer_by = models.DateTimeField(_("answer by"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    reason = models.CharField(_("reason"), max_length=20, blank=True, default="")
    category = models.ForeignKey(
        "catalog.Category",
        verbose_name=_("category"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    locality = models.ForeignKey(
        "catalog.Locality",
        verbose_name=_("area"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    contact = EncryptedTextField(_("contact details"), row="public_id", blank=True, default="")
    ask = models.OneToOneField(
        "requests_app.Ask",
        verbose_name=_("ask"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    need = models.OneToOneField(
        "requests_app.Need",
        verbose_name=_("need"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    contact_at = models.DateTimeField(_("contact details came"), null=True)
    withdraw_due = models.BooleanField(default=False, db_default=False)
    version = models.PositiveIntegerField(default=0)
    told_state = models.CharField(max_length=10, blank=True, default="")
    unknown_there_at = models.DateTimeField(_("not known there any more"), null=True)
    erase_asked_at = models.DateTimeField(_("asked to erase"), null=True)
    erased_at = models.DateTimeField(_("erased"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects: ClassVar = IncomingReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("need of a neighbouring group")
        verbose_name_plural = _("needs of neighbouring groups")
        default_permissions: ClassVar = ()
        indexes: ClassVar = [
            # Read by the limit of open ones, the board and the sweep.
            models.Index(
                fields=["partner"],
                condition=Q(state__in=LIVE_INCOMING),
                name="incoming_referral_live",
            ),
            # Read by the sweep that takes up what came.
            models.Index(fields=["id"], condition=DUE, name="incoming_referral_due"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "public_id"],
                name="incomingreferral_partner_public_id_uniq",
                violation_error_message=_("This is here already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=IncomingState.values),
                name="incomingreferral_state_check",
                violation_error_message=_("Choose one of the states."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["asked", "accepted", "declined", "silent"])
                | Q(contact_at=None, ask=None),
                name="incomingreferral_state_contact_at_ask_check",
                violation_error_message=_("Contact details come only after a yes."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_INCOMING, ended_at=None)
                | ~Q(state__in=LIVE_INCOMING) & Q(ended_at__isnull=False),
                name="incomingreferral_state_ended_at_check",
                violation_error_message=_("What ended has a time at which it did."),
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(contact_at=None, ask=None, need=None),
                name="incomingreferral_erased_at_check",
                violation_error_message=_("What was erased is gone."),
            ),
        ]

    def __str__(self) -> str:
        return f"referral {self.public_id}"
