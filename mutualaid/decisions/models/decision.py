"""One proposal: what it would change, who has a say in it, until when, and what came of it."""

import json
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField

MOST_OPEN_EACH = 2
"""Proposals that one person has open at once. Assumed, not measured."""


class Weight(models.TextChoices):
    """How heavy a proposal is: how long it stays open, how many have to be heard, how many have to be for it."""

    LIGHT = "light", _("can be undone")
    HEAVY = "heavy", _("weighs more")


class Outcome(models.TextChoices):
    """What came of a proposal; "" while it is open."""

    PASSED = "passed", _("passed")
    NOT_PASSED = "not_passed", _("did not pass")
    TOO_FEW = "too_few", _("not enough people answered")
    CHANGED = "changed", _("passed, but the rule was changed meanwhile, so nothing happened")
    IMPOSSIBLE = "impossible", _("passed, but it is no longer possible, so nothing happened")
    EDITED = "edited", _("someone changed the proposal itself, so nothing happened")


class DecisionQuerySet(models.QuerySet["Decision"]):
    def undecided(self) -> "DecisionQuerySet":
        """Those without an outcome, also where the last moment to answer is over."""
        return self.filter(outcome="")

    def open(self) -> "DecisionQuerySet":
        """Those that can be answered now, by the database's clock."""
        return self.undecided().filter(ends_at__gt=Now())

    def due(self) -> "DecisionQuerySet":
        """Those whose time to answer is over and that have no outcome yet."""
        return self.undecided().filter(ends_at__lte=Now())

    def decided(self) -> "DecisionQuerySet":
        """Those with an outcome, the latest first."""
        return self.exclude(outcome="").order_by("-closed_at", "-pk")

    def agreements_in_force(self) -> "DecisionQuerySet":
        """Agreements in words that passed and that no later one has replaced, the latest first."""
        return self.decided().filter(
            kind="agreement", outcome=Outcome.PASSED, replaced_at=None, words_until=None
        )


class Decision(models.Model):
    """Written by `actions.open_decision` and `closing` alone.

    `kind` names an `EffectKind`, `values` are what it would set and `base` is what was in force for them when
    it was opened. `seal` is a digest of all that stands fixed from then on: who edits the row changes nothing
    by it. `list_size` is how many have a say, `admitted` how many of these have no account, `needed` how many
    have to be heard; `slot` numbers the open proposals of one person.

    Counts are None until it is decided. `neighbour_…` counts the answers by private link, which stand beside.
    `reasons_json` holds the reasons without names, in no order. `words_until`: from when words and reasons
    are erased; None while it is open or an agreement in force.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("what"), max_length=40)
    weight = models.CharField(_("weight"), max_length=5, choices=Weight.choices)
    values = models.JSONField(_("values"), null=True, encoder=DjangoJSONEncoder)
    base = models.TextField(blank=True)
    seal = models.CharField(max_length=64)
    why = EncryptedTextField(_("why"), row="public_id", blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    slot = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField(_("proposed"))
    ends_at = models.DateTimeField(_("can be answered until"))
    list_size = models.PositiveIntegerField(_("how many have a say"))
    admitted = models.PositiveIntegerField(_("of these without an account"), default=0)
    needed = models.PositiveIntegerField(_("how many have to be heard"))
    review_on = models.DateField(_("look at it again on"))
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome.choices, blank=True, default=""
    )
    closed_at = models.DateTimeField(_("decided"), null=True)
    heard = models.PositiveIntegerField(_("heard"), null=True)
    in_favour = models.PositiveIntegerField(_("for it"), null=True)
    can_live = models.PositiveIntegerField(_("can live with it"), null=True)
    concerns = models.PositiveIntegerField(_("serious concerns"), null=True)
    neighbour_in_favour = models.PositiveIntegerField(null=True)
    neighbour_can_live = models.PositiveIntegerField(null=True)
    neighbour_concerns = models.PositiveIntegerField(null=True)
    reasons_json = EncryptedTextField(_("reasons"), row="public_id", blank=True)
    replaced_at = models.DateTimeField(_("replaced"), null=True)
    words_until = models.DateTimeField(null=True)

    objects: ClassVar = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        default_permissions: ClassVar = ()
        indexes: ClassVar = [
            # Read by each sweep, and by every page that says what waits for one's word.
            models.Index(fields=["ends_at"], condition=Q(outcome=""), name="decision_ends_at_idx"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["opened_by", "slot"],
                condition=Q(outcome=""),
                name="decision_opened_by_slot_uniq",
                violation_error_message=_(
                    "You have as many open proposals as one person can have."
                ),
            ),
            models.CheckConstraint(
                condition=Q(slot__gte=1, slot__lte=MOST_OPEN_EACH),
                name="decision_slot_check",
                violation_error_message=_(
                    "You have as many open proposals as one person can have."
                ),
            ),
            models.CheckConstraint(
                condition=Q(weight__in=["light", "heavy"]),
                name="decision_weight_check",
                violation_error_message=_("Choose how heavy it is."),
            ),
            models.CheckConstraint(
                condition=Q(
                    needed__gte=1, needed__lte=F("list_size"), admitted__lte=F("list_size")
                ),
                name="decision_list_size_needed_check",
                violation_error_message=_("No more can be heard than have a say."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opened_at"))
                & (Q(closed_at=None) | Q(closed_at__gte=F("ends_at"))),
                name="decision_ends_at_closed_at_check",
                violation_error_message=_(
                    "No one decides before everyone's time to answer is over."
                ),
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome="",
                    closed_at=None,
                    heard=None,
                    in_favour=None,
                    can_live=None,
                    concerns=None,
                    neighbour_in_favour=None,
                    neighbour_can_live=None,
                    neighbour_concerns=None,
                )
                | Q(
                    outcome__in=Outcome.values,
                    closed_at__isnull=False,
                    heard=F("in_favour") + F("can_live") + F("concerns"),
                    heard__lte=F("list_size"),
                    neighbour_in_favour__isnull=False,
                    neighbour_can_live__isnull=False,
                    neighbour_concerns__isnull=False,
                ),
                name="decision_outcome_counts_check",
                violation_error_message=_("Counts and outcome are written together, at the end."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["passed", "changed", "impossible"])
                | Q(heard__gte=F("needed"))
                & (
                    Q(Q(LessThan(F("concerns") * 4, F("heard"))), weight="light", in_favour__gte=1)
                    | Q(GreaterThanOrEqual(F("in_favour") * 3, F("heard") * 2), weight="heavy")
                ),
                name="decision_outcome_passed_check",
                violation_error_message=_("So few were for it that it did not pass."),
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it can be answered, by this machine's clock: to show it, not to decide."""
        return not self.outcome and self.ends_at > timezone.now()

    @property
    def reasons(self) -> list[str]:
        """The reasons of those who have a say, without names, in no order; empty until it is decided."""
        return self._reasons("members")

    @property
    def neighbour_reasons(self) -> list[str]:
        """The reasons of neighbours who answered by their private link."""
        return self._reasons("neighbours")

    def _reasons(self, whose: str) -> list[str]:
        stored: dict[str, Any] = json.loads(self.reasons_json or "{}")
        return [str(reason) for reason in stored.get(whose, [])]
