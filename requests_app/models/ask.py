"""What one neighbour sends, and who they are. The ask owns once what all of its needs share.

Who asks and how to reach them is encrypted in a table of its own, `AskContact`, indexed by `AskContactPoint`.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.base import ModelBase
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField, WrongKey
from mutualaid.encryption.fingerprints import LENGTH, fingerprints, veil, veil_account
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from requests_app.models.coded import Coded


class Erased(Exception):
    """The ask has been erased: nothing may be written about it any more."""


class AskQuerySet(models.QuerySet["Ask"]):
    def with_way_back(self) -> "AskQuerySet":
        """Asks whose private links still open.

        Those with a live need, or one closed within the policy's `link_days_after_end`.
        """
        oldest_end = Now() - timedelta(days=current_policy().link_days_after_end)
        live_or_closed_lately = Q(needs__closed_at=None) | Q(needs__closed_at__gte=oldest_end)
        return self.filter(live_or_closed_lately, erased_at=None).distinct()

    def of(self, user: User) -> "AskQuerySet":
        """Asks that this account made, veiled or not."""
        return self.filter(Q(account=user) | Q(veiled_account=veil_account(user.pk)))

    def households(self) -> "AskQuerySet":
        """These, and all that were put together with one of them."""
        kept = self.annotate(kept=Coalesce("merged_into", "pk")).values("kept")
        return self.model._default_manager.filter(Q(pk__in=kept) | Q(merged_into__in=kept))

    def made_with(self, fingerprints: Iterable[str]) -> "AskQuerySet":
        """Asks that have a contact point with one of these fingerprints; an erased ask has none."""
        stored = {form for point in fingerprints for form in (point, veil(point))}
        return self.filter(contact_points__fingerprint__in=stored).distinct()


class Ask(Coded):
    """One person or household, one contact, one or more needs.

    `read_first`: a coordinator reads each of its needs before volunteers hear of it. `source` and
    `reference` name the ask where it came from, and are unique together. An ask that was `merged_into`
    another has given its needs to that one and keeps only the contact details that it came with.
    `call_back_at`: since when the neighbour waits for a coordinator's call. `taken_in_by`: who of the team
    wrote it down on the phone. `read_at`: when a coordinator first read it or spoke with the neighbour; only
    then a help for it tells that its volunteer can be known. `may_ask_partners`: the neighbour wants
    neighbouring groups to be asked, without their name, if no one here is found; they may take it back.

    `veiled`: for a sensitive need nothing stored about the ask names an account. Its account, its contact
    points and whom it is kept from stand here and beside it by `veil` only; see `access/veiling.py`.
    """

    class ForWhom(models.TextChoices):
        SELF = "self", _("For me")
        SOMEONE_ELSE = "someone_else", _("For someone else, who agreed to it")

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="asks",
    )
    veiled = models.BooleanField(default=False, editable=False)
    veiled_account = models.CharField(max_length=LENGTH, blank=True, default="", editable=False)
    taken_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken in by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
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
    read_at = models.DateTimeField(_("read by a coordinator at"), null=True, blank=True)
    may_ask_partners = models.BooleanField(
        _("neighbouring groups may be asked"), default=False, db_default=False
    )
    source = models.CharField(_("came from"), max_length=40, blank=True)
    reference = models.CharField(_("reference there"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("asked at"), default=timezone.now)
    erased_at = models.DateTimeField(_("personal details erased at"), null=True, blank=True)

    objects: ClassVar = AskQuerySet.as_manager()

    class Meta:
        verbose_name = _("ask")
        verbose_name_plural = _("asks")
        indexes: ClassVar = [
            # Read by my page, and whenever it is asked what is kept from an account.
            models.Index(
                fields=["veiled_account"],
                condition=~Q(veiled_account=""),
                name="ask_veiled_account_idx",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(veiled=True, account=None) | Q(veiled=False, veiled_account=""),
                name="ask_veiled_account_check",
                violation_error_message=_("An ask for something sensitive names no account."),
            ),
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
                violation_error_message=_("Choose who it is for."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.code}"

    def stored_fingerprints(self, fingerprints: Iterable[str]) -> set[str]:
        """Return these fingerprints as they are stored about this ask."""
        return set(map(veil, fingerprints)) if self.veiled else set(fingerprints)

    def is_of(self, user: User) -> bool:
        """Whether this account made it, veiled or not."""
        return user.pk == self.account_id or veil_account(user.pk) == self.veiled_account

    @property
    def owner(self) -> str:
        """What stands for the account that made it, the same veiled or not; "" for none."""
        return self.veiled_account or (veil_account(self.account_id) if self.account_id else "")

    @property
    def readable_contact(self) -> "AskContact | None":
        """The contact details; None while no configured key decrypts them."""
        try:
            return self.contact
        except WrongKey:
            return None


class Channel(models.TextChoices):
    CALL = "call", _("A call")
    SMS = "sms", _("A text message")
    EMAIL = "email", _("An e-mail")
    NOTE = "note", _("A note in the letter box")
    DOOR = "door", _("A ring at the door")


class WhomToCall(models.TextChoices):
    """Whose phone and e-mail are given, where one person asks for another."""

    THEM = "them", _("The person who needs help")
    ASKER = "asker", _("Whoever asked for them")


FINGERPRINTED_FIELDS = {"phone", "email"}
CHANNELS_BY_PHONE = {Channel.CALL, Channel.SMS}
WRITTEN = (Channel.SMS, Channel.EMAIL)
"""What the site writes on by itself."""


def in_order(channels: Iterable[str], first: str) -> list[str]:
    """The codes with that of the way to try first in front, where it is among them."""
    return sorted(channels, key=lambda code: code != first)


class AskContact(models.Model):
    """Who asks, how to reach them, and what is safe.

    Shown to coordinators and, while their claim is live, to the volunteer who claimed a need of the ask;
    `keep_from`, free text on who must not find out, to coordinators alone. `channels` are those called
    safe, as comma-separated codes of `Channel`, the one to try first in front; empty if the neighbour did
    not choose. `name` is of the
    person who needs help; `asked_by`, who asked for them, and `whom_to_call`, whose phone and e-mail
    these are, are empty where one asks for oneself.
    """

    ask = models.OneToOneField(
        Ask, on_delete=models.CASCADE, related_name="contact", primary_key=True
    )
    name = EncryptedTextField(_("name"), blank=True, default="")
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    email = EncryptedTextField(_("e-mail"), blank=True, default="")
    address = EncryptedTextField(_("address"), blank=True, default="")
    channels = EncryptedTextField(_("safe ways"), blank=True, default="")
    times = EncryptedTextField(_("safe times"), blank=True, default="")
    no_voicemail = models.BooleanField(_("no voicemail"), default=False)
    asked_by = EncryptedTextField(_("name of who asked"), blank=True, default="")
    whom_to_call = models.CharField(
        _("who to call"), max_length=5, choices=WhomToCall.choices, blank=True, default=""
    )
    keep_from = EncryptedTextField(_("must not find out"), blank=True, default="")
    language = models.CharField(_("language of messages"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("contact details")
        verbose_name_plural = _("contact details")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(whom_to_call__in=["", "them", "asker"]),
                name="askcontact_whom_to_call_check",
                violation_error_message=_("Choose who to call."),
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @transaction.atomic
    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Save the row and make its contact points anew if a phone or an e-mail was written.

        Raises `Erased` if the ask has been erased, so that a form sent late brings nothing back, and
        `IntegrityError` for a new row where one exists, which may only be unreadable at the moment.
        """
        is_new = self._state.adding
        if not is_new:
            rows = Ask.objects.select_for_update(no_key=True).only("erased_at", "veiled")
            ask = rows.get(pk=self.pk)
            if ask.erased_at:
                raise Erased
            self.ask.veiled = ask.veiled
        super().save(
            force_insert=force_insert or is_new,
            force_update=force_update,
            using=using,
            update_fields=update_fields,
        )
        written = set(update_fields or ()) or FINGERPRINTED_FIELDS - self.get_deferred_fields()
        if FINGERPRINTED_FIELDS & written:
            if not is_new:
                AskContactPoint.objects.filter(ask=self.pk).delete()
            AskContactPoint.objects.bulk_create(self.contact_points())

    def contact_points(self) -> "list[AskContactPoint]":
        """The rows of `AskContactPoint` for its phones and e-mails, unsaved; veiled as the ask is."""
        return [
            AskContactPoint(ask_id=self.pk, fingerprint=fingerprint)
            for fingerprint in sorted(
                self.ask.stored_fingerprints(fingerprints(self.phone, self.email))
            )
        ]

    @property
    def name_to_call(self) -> str:
        """The name of who answers the phone, where one person asked for another; "" elsewhere."""
        if self.whom_to_call == WhomToCall.ASKER:
            return self.asked_by
        return self.name if self.whom_to_call else ""

    @property
    def safe_channels(self) -> set[str]:
        """The channels called safe; all of them if the neighbour did not choose."""
        return set(self.channels.split(",")) if self.channels else set(Channel.values)

    @property
    def chosen_channel_labels(self) -> list[str]:
        """The labels of the channels called safe, as they are tried; none if the neighbour did not choose."""
        return [str(Channel(code).label) for code in self.channels.split(",") if code]

    @property
    def first_way(self) -> str:
        """Which of those that the site writes on is to be tried first; "" if the neighbour did not choose."""
        return next((code for code in self.channels.split(",") if code in WRITTEN), "")

    @property
    def texts_ok(self) -> bool:
        """Whether we may send text messages: only if the neighbour chose them."""
        return Channel.SMS in self.channels.split(",")

    @property
    def calls_ok(self) -> bool:
        return Channel.CALL in self.safe_channels

    @property
    def safe_phone(self) -> str:
        """The phone as it was written; "" if neither calls nor text messages are safe."""
        return self.phone if CHANNELS_BY_PHONE & self.safe_channels else ""

    @property
    def safe_email(self) -> str:
        """The e-mail; "" if e-mails are not safe."""
        return self.email if Channel.EMAIL in self.safe_channels else ""


class AskContactPoint(models.Model):
    """The fingerprint of a phone or an e-mail of an ask, veiled as the ask is.

    Written by `AskContact.save`, by imports, and by veiling.
    """

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="contact_points")
    fingerprint = models.CharField(max_length=32, db_index=True)  # read by the rules and by search

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ask", "fingerprint"],
                name="askcontactpoint_ask_fingerprint_uniq",
                violation_error_message=_("This ask has this phone or e-mail already."),
            ),
        ]

    def __str__(self) -> str:
        return f"contact point {self.pk}"
