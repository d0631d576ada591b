"""A light rule that two coordinators set together in a bad hour; it goes back by itself."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Telling(models.TextChoices):
    """What members and coordinators hear of a rule of two, in this order."""

    SET = "set"
    ENDING = "ending"
    OVER = "over"


class RuleOfTwoQuerySet(models.QuerySet["RuleOfTwo"]):
    def waiting(self) -> "RuleOfTwoQuerySet":
        """Those that a second coordinator can still agree to, by the database's clock."""
        return self.filter(agreed_at=None, ended_at=None, expires_at__gt=Now())

    def in_force(self) -> "RuleOfTwoQuerySet":
        """Those that were agreed and have not gone back; also where they are due to."""
        return self.filter(agreed_at__isnull=False, ended_at=None)

    def due(self) -> "RuleOfTwoQuerySet":
        """Those in force whose days are over."""
        return self.in_force().filter(ends_at__lte=Now())


class RuleOfTwo(models.Model):
    """Written by `rule_of_two` alone.

    `kind` names an `EffectKind`, `values` are what the two set, and `before` what comes back when it ends: of
    each value that no decision has changed meanwhile. `agreed_by` is None until a second one agrees, and once
    that account is erased. `told_up_to`: the id of the last one who was written to of what is being told
    (`telling`), until it `is_told` to all.
    """

    kind = models.CharField(max_length=40)
    values = models.JSONField(encoder=DjangoJSONEncoder)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    proposed_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    agreed_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    telling = models.CharField(max_length=6, default=Telling.SET, db_default=Telling.SET)
    told_up_to = models.PositiveBigIntegerField(default=0)
    is_told = models.BooleanField(default=False)

    objects: ClassVar = RuleOfTwoQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of two")
        verbose_name_plural = _("rules of two")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(agreed_by=F("proposed_by")),
                name="ruleoftwo_proposed_by_agreed_by_check",
                violation_error_message=_("It takes two people."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_at=None, agreed_by=None, ends_at=None)
                | Q(agreed_at__isnull=False, ends_at__gt=F("agreed_at")),
                name="ruleoftwo_agreed_at_ends_at_check",
                violation_error_message=_("It begins when a second person agrees, and has an end."),
            ),
            models.CheckConstraint(
                condition=Q(telling__in=["set", "ending"])
                | Q(telling="over", ended_at__isnull=False),
                name="ruleoftwo_telling_ended_at_check",
                violation_error_message=_("No one is told that it is over before it is."),
            ),
        ]

    def __str__(self) -> str:
        return f"rule of two {self.pk}"

    @property
    def values_to_go_back(self) -> dict[str, Any]:
        """What the two have set, without what members decided about since."""
        return {name: value for name, value in self.values.items() if name in self.before}

    @property
    def is_waiting(self) -> bool:
        """Whether a second person can still agree, by this machine's clock: to show it, not to decide."""
        return self.agreed_at is None and self.ended_at is None and self.expires_at > timezone.now()
