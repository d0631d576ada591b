"""How a group works: one row of validated values, and the history of what was changed in it."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from mutualaid.local_time import format_value
from mutualaid.policy import limits
from mutualaid.policy.models.in_common import InCommonValues
from mutualaid.policy.models.inviting import InvitingValues
from mutualaid.policy.models.needs import NeedValues
from mutualaid.policy.models.protecting import ProtectingValues
from mutualaid.singleton.models import SingletonChange, SingletonRow


class Policy(InvitingValues, NeedValues, ProtectingValues, InCommonValues, SingletonRow):
    """The one row. `current_policy()` reads it, `change_policy` writes it, and nothing else does.

    Its values stand by subject in the four modules beside this one.
    """

    class Meta:
        verbose_name = _("how our group works")
        verbose_name_plural = _("how our group works")
        default_permissions: ClassVar = ("view", "change")
        constraints: ClassVar[list[models.BaseConstraint]] = list(limits.constraints())

    def __str__(self) -> str:
        return str(_("how our group works"))

    def clean(self) -> None:
        """Raises `ValidationError` with a message beside every field of each broken rule."""
        wrong: dict[str, list[StrOrPromise]] = {}
        for rule in limits.RULES:
            if all(isinstance(getattr(self, name), int) for name in rule.fields):
                for name in () if rule.holds(self) else rule.fields:
                    wrong.setdefault(name, []).append(rule.message)
        if wrong:
            raise ValidationError(wrong)

    @classmethod
    def displayed(cls, name: str, value: Any) -> str:
        field: Any = cls._meta.get_field(name)
        value = field.to_python(value)
        if value is None:
            return gettext("none")
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        return format_value(value)

    @property
    def is_asking_paused(self) -> bool:
        """Whether the pages for asking are closed today."""
        until = self.asking_paused_until
        return self.asking_paused and (until is None or timezone.localdate() <= until)

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


class PolicyChange(SingletonChange):
    """One write of the policy."""

    row = Policy

    class Meta(SingletonChange.Meta):
        pass
