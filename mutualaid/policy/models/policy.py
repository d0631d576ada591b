"""How a group works: one row of validated values, and the history of what was changed in it."""

from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from mutualaid.policy import limits
from mutualaid.policy.models.inviting import InvitingValues
from mutualaid.policy.models.needs import NeedValues
from mutualaid.policy.models.protecting import ProtectingValues


class Policy(InvitingValues, NeedValues, ProtectingValues):
    """The one row. `current_policy()` reads it, `change_policy` writes it, and nothing else does.

    Its values stand by subject in the three modules beside this one. `version` counts the changes; 0 is a
    policy of first values that is not stored yet.
    """

    ONLY = 1

    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("how our group works")
        verbose_name_plural = _("how our group works")
        default_permissions: ClassVar = ("view", "change")
        constraints: ClassVar[list[models.BaseConstraint]] = list(limits.constraints())

    def __str__(self) -> str:
        return str(_("how our group works"))

    def __setattr__(self, name: str, value: Any) -> None:
        if self.__dict__.get("_is_frozen"):
            raise FrozenInstanceError(f"{name} is changed by change_policy only")
        super().__setattr__(name, value)

    def freeze(self) -> Self:
        """Let every later assignment raise `FrozenInstanceError`: many callers share this object."""
        self.__dict__["_is_frozen"] = True
        return self

    def clean(self) -> None:
        """Raises `ValidationError` with a message beside every field of each broken rule."""
        wrong: dict[str, list[StrOrPromise]] = {}
        for rule in limits.RULES:
            if all(isinstance(getattr(self, name), int) for name in rule.fields):
                for name in () if rule.holds(self) else rule.fields:
                    wrong.setdefault(name, []).append(rule.message)
        if wrong:
            raise ValidationError(wrong)

    def validate(self) -> None:
        """Check all values, without a query. Raises `ValidationError` beside each one that is wrong."""
        self.full_clean(validate_unique=False, validate_constraints=False)

    def validate_constraints(self, exclude: Any = None) -> None:
        """Do nothing: `clean` and the validators say the same, beside the fields."""

    @classmethod
    def value_fields(cls) -> Iterator["models.Field[Any, Any]"]:
        """Yield the fields that say how the group works, in their order."""
        return (f for f in cls._meta.concrete_fields if f.name not in ("id", "version"))

    @property
    def wave_chances(self) -> tuple[float, float, float, float]:
        """The chance of a yes that one wave aims at, by urgency, from no hurry to today."""
        return (
            self.wave_chance_low,
            self.wave_chance_normal,
            self.wave_chance_high,
            self.wave_chance_critical,
        )

    @property
    def wave_minutes(self) -> tuple[int, int, int, int]:
        """Minutes between two waves, by urgency, from no hurry to today."""
        return (
            self.wave_minutes_low,
            self.wave_minutes_normal,
            self.wave_minutes_high,
            self.wave_minutes_critical,
        )


class PolicyChange(models.Model):
    """One write of the policy: who, when, and of each changed field the value before and after.

    `changes` is {field: [before, after]} as JSON; in the first row, of what the environment named.
    """

    version = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changes = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        default_permissions: ClassVar = ()
        ordering = ("-version",)

    def __str__(self) -> str:
        return f"policy {self.version}"
