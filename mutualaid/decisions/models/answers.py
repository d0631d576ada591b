"""Who has a say in a proposal, and what they answer. Answers are gone as soon as they are counted."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid.decisions.models.decision import Decision
from mutualaid.decisions.states import Answer
from mutualaid.encryption.fields import EncryptedTextField


class AdmissionQuerySet(models.QuerySet["Admission"]):
    def valid(self) -> "AdmissionQuerySet":
        """Those whose code can be used now, by the database's clock."""
        return self.filter(ended_at=None, ends_at__gt=Now())


class Admission(models.Model):
    """A coordinator admitted someone without an account: whoever has the code has one say.

    Of the code only a keyed hash is kept, and of the person nothing. It holds until `ends_at`, or until a
    coordinator takes it back (`ended_at`).
    """

    code_hash = models.CharField(max_length=64, unique=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    given_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = AdmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("admission")
        verbose_name_plural = _("admissions")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("given_at")),
                name="admission_given_at_ends_at_check",
                violation_error_message=_("An admission ends after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"admission {self.pk}"


class Say(models.Model):
    """One line of the list of those who have a say in a proposal, written when it was opened.

    It belongs to an account or to an admission, never to no one: with an erased account its answer goes, and
    the list stays as long as it was. `answer` and `reason` are emptied once they are counted. The three
    `…_told` say which messages were written.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="says")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="says",
    )
    admission = models.ForeignKey(
        Admission,
        null=True,
        on_delete=models.CASCADE,
        related_name="says",
    )
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True, default="")
    reason = EncryptedTextField(row="code", blank=True)
    answered_at = models.DateTimeField(null=True)
    opened_told = models.BooleanField(default=False)
    reminder_told = models.BooleanField(default=False)
    outcome_told = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("say")
        verbose_name_plural = _("says")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "user"],
                name="say_decision_user_uniq",
                violation_error_message=_("They have a say in this already."),
            ),
            models.UniqueConstraint(
                fields=["decision", "admission"],
                name="say_decision_admission_uniq",
                violation_error_message=_("They have a say in this already."),
            ),
            models.CheckConstraint(
                condition=Q(user=None, admission__isnull=False)
                | Q(user__isnull=False, admission=None),
                name="say_user_admission_check",
                violation_error_message=_("A say belongs to one person."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | Q(answer__in=["for", "can_live", "concern"], answered_at__isnull=False),
                name="say_answer_check",
                violation_error_message=_("Choose one of the answers."),
            ),
        ]

    def __str__(self) -> str:
        return f"say {self.pk}"


class NeighbourAnswer(models.Model):
    """What a neighbour without an account answered by their private link: shown beside, not counted.

    The row goes once it is counted, or with the ask.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="neighbours")
    ask = models.ForeignKey("requests_app.Ask", on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=8, choices=Answer.choices)
    reason = EncryptedTextField(row="code", blank=True)
    answered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("answer of a neighbour")
        verbose_name_plural = _("answers of neighbours")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "ask"],
                name="neighbouranswer_decision_ask_uniq",
                violation_error_message=_("You have answered already."),
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["for", "can_live", "concern"]),
                name="neighbouranswer_answer_check",
                violation_error_message=_("Choose one of the answers."),
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class NeighbourContact(models.Model):
    """A phone or an e-mail behind an answer of a neighbour: one answer each, also of someone with two asks.

    The fingerprint is veiled, as a sensitive ask has it, so that all asks of someone are found to be theirs.
    The row goes with the answer.
    """

    neighbour = models.ForeignKey(
        NeighbourAnswer, on_delete=models.CASCADE, related_name="contacts"
    )
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("contact behind an answer")
        verbose_name_plural = _("contacts behind answers")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "fingerprint"],
                name="neighbourcontact_decision_fingerprint_uniq",
                violation_error_message=_("You have answered already."),
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"


class Vouch(models.Model):
    """A member knows this person. Two of these, or one and an introduction by another member, give a say."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="vouches",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("word for someone")
        verbose_name_plural = _("words for someone")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "by"],
                name="vouch_person_by_uniq",
                violation_error_message=_("You have vouched for them already."),
            ),
            models.CheckConstraint(
                condition=~Q(person=F("by")),
                name="vouch_person_by_check",
                violation_error_message=_("No one can vouch for themself."),
            ),
        ]

    def __str__(self) -> str:
        return f"vouch {self.pk}"
