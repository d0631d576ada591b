"""A form that is one page of questions: one is its heading, and what only some need is folded."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Fold:
    """A disclosure: its summary and the fields inside."""

    summary: str | Promise
    fields: list[BoundField]

    @property
    def is_open(self) -> bool:
        """Whether a field inside was answered or has an error."""
        return any(
            field.errors or (field.value() and field.value() != field.initial)
            for field in self.fields
        )


Folds = tuple[tuple[str | Promise, tuple[str, ...]], ...]


class PageForm(forms.Form):
    """The questions of one page, as `forms/questions.html` shows them."""

    folds: Folds = ()
    """What only some need: the summary of a disclosure, and the names of the fields inside."""

    def plain_fields(self) -> list[BoundField]:
        folded = {name for _summary, names in self.folds for name in names}
        return [field for field in self if field.name not in folded]

    def folded_fields(self) -> list[Fold]:
        folds = [(s, [self[n] for n in names if n in self.fields]) for s, names in self.folds]
        return [Fold(summary, fields) for summary, fields in folds if fields]

    def heading(self) -> BoundField | None:
        """The field whose label is the heading of the page: the only one that is not folded."""
        plain = [f for f in self.plain_fields() if not isinstance(f.field, TrapField)]
        return plain[0] if len(plain) == 1 and not plain[0].is_hidden else None


class TrapField(forms.CharField):
    """A field that people leave empty, for its label says so; programs that fill in all they find do not.

    Whoever fills it in is not refused: a person reads the ask first. The site's own style hides it from
    the eye, a screen reader reads its label, and no Tab leads there.
    """

    def __init__(self) -> None:
        attrs = {"autocomplete": "off", "tabindex": "-1"}
        super().__init__(
            label=_("Please leave this empty. It is here to tell programs from people."),
            required=False,
            widget=forms.TextInput(attrs=attrs),
        )
        self.template_name = "components/_trap.html"

    def clean(self, value: Any) -> bool:
        """Whether anything was filled in. Nothing that is typed here is an error."""
        return bool(str(value or "").strip())
