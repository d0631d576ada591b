"""The row, and one entry of its history."""

from collections.abc import Mapping
from copy import copy
from dataclasses import FrozenInstanceError
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from mutualaid.statements import compiled_plain, constant


class SingletonRow(models.Model):
    """The one row. `change_row` writes it, and nothing else does.

    `version` counts the changes; 0 is a row of first values that is not stored yet. Its `values` are what
    can be changed.
    """

    ONLY = 1

    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def __setattr__(self, name: str, value: Any) -> None:
        if self.__dict__.get("_is_frozen"):
            raise FrozenInstanceError(f"{name} is changed by its action only")
        super().__setattr__(name, value)

    @classmethod
    def stored(cls) -> Self | None:
        """Return the row, frozen, or None before it is made.

        Pages and tasks read it again and again: while the database gives the same, it is the same object.
        """
        statement = _only(cls)
        found = statement.found()
        kept_found, kept = _kept.get(cls, ([], []))
        if found != kept_found:
            kept = [row.freeze() for row in statement.made_of(found)]
            _kept[cls] = found, kept
        return next(iter(kept), None)

    def freeze(self) -> Self:
        """Let every later assignment raise `FrozenInstanceError`: many callers share this object."""
        self.__dict__["_is_frozen"] = True
        return self

    def draft(self) -> Self:
        """Return a copy of one's own, to put other values in."""
        own = copy(self)
        own.__dict__.pop("_is_frozen", None)
        return own

    def validate(self) -> None:
        """Check all values, without a query. Raises `ValidationError` beside each one that is wrong."""
        self.full_clean(validate_unique=False, validate_constraints=False)

    def validate_constraints(self, exclude: Any = None) -> None:
        """Do nothing: `clean` and the validators say the same, beside the fields."""

    @classmethod
    def value_fields(cls) -> "list[models.Field[Any, Any]]":
        """Return the columns that can be changed, in their order."""
        return [f for f in cls._meta.concrete_fields if f.name not in ("id", "version")]

    def values(self) -> dict[str, Any]:
        """Return {name: value} of all that can be changed; by default of its columns."""
        return {field.name: getattr(self, field.attname) for field in self.value_fields()}

    def set_values(self, changes: Mapping[str, Any]) -> None:
        """Set some of its `values`, without storing them."""
        fields = {field.name: field.attname for field in self.value_fields()}
        for name, value in changes.items():
            setattr(self, fields[name], value)

    @classmethod
    def label_of(cls, name: str) -> str:
        """Return what people call one of its values."""
        return str(cls._meta.get_field(name).verbose_name)  # type: ignore[union-attr]

    @classmethod
    def displayed(cls, name: str, value: Any) -> str:
        """Return a value, which may be as JSON holds it, as people write it. Raises `NotImplementedError`."""
        raise NotImplementedError


@compiled_plain
def _only(row: type[SingletonRow]) -> "models.QuerySet[Any, Any]":
    return row._default_manager.filter(pk=constant(SingletonRow.ONLY))


_kept: dict[type[SingletonRow], tuple[list[Any], list[Any]]] = {}
"""{model: (what the database gave last, the row that was made of it)}"""


class SingletonChange(models.Model):
    """One write of the row: who, when, and of each changed value the one before and after.

    `changes` is {name: [before, after]} as JSON; in the first entry, of what the environment named.
    """

    version = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changes = models.JSONField(encoder=DjangoJSONEncoder)
    row: ClassVar[type[SingletonRow]]
    """The model whose history it is."""

    class Meta:
        abstract = True
        default_permissions: ClassVar = ()
        ordering = ("-version",)

    def __str__(self) -> str:
        return f"{self._meta.app_label} {self.version}"
