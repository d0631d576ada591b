"""An agreement in words as something to decide about: it sets nothing, and is listed while in force."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.decisions.effects import EffectKind, Values, register
from mutualaid.decisions.models import Decision, Weight
from mutualaid.decisions.outcomes import WORDS_DAYS
from mutualaid.forms.typed_text import TextField
from mutualaid.singleton.history import ChangedValue
from mutualaid.transitions import StateChanged

KIND = "agreement"
MOST_LETTERS = 2000


class AgreementForm(forms.Form):
    words = TextField(
        label=gettext_lazy("What do we agree on?"),
        widget=forms.Textarea,
        max_length=MOST_LETTERS,
        required=False,
        help_text=gettext_lazy("Everyone in the group reads this. Please name no one."),
    )
    replaces = forms.ChoiceField(
        label=gettext_lazy("Does it take the place of another agreement?"),
        required=False,
        help_text=gettext_lazy("To end that one, leave the words above empty."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["replaces"]
        agreements = Decision.objects.agreements_in_force()
        field.choices = [
            ("", _("No, it is a new one")),
            *((str(one.public_id), words_of(one)) for one in agreements),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            check(cleaned)
        return cleaned


def words_of(agreement: Decision) -> str:
    """Return the words of an agreement; "" once they are erased."""
    return str((agreement.values or {}).get("words", ""))


def check(values: Values) -> None:
    """Raises `ValidationError` where it says nothing and ends nothing, or what it would end is over."""
    if not values.get("words") and not values.get("replaces"):
        raise ValidationError(_("Write what we agree on."))
    if values.get("replaces") and _replaced(values) is None:
        raise ValidationError(_("The other agreement is no longer in force."))


def base(values: Values) -> str:
    """Return the words of the agreement that would end, "" without one or where it is over."""
    replaced = _replaced(values)
    return words_of(replaced) if replaced else ""


def describe(values: Values, before: str = "") -> list[ChangedValue]:
    """Return the words, and those that would end; `before` is the `base` of a stored proposal."""
    was = before or base(values)
    return [ChangedValue(_("What we agree on"), was, str(values.get("words", "")))]


def subjects(values: Values) -> list[str]:
    """Return the agreement that would end: of new ones there may be as many as one likes."""
    return [f"{KIND}.{values['replaces']}"] if values.get("replaces") else []


def carry_out(values: Values, *, decision: Decision) -> None:
    """End the agreement that it replaces. Raises `StateChanged` where that is no longer in force."""
    if not values.get("replaces"):
        return
    replaced = _replaced(values)
    if replaced is None:
        raise StateChanged(KIND)
    Decision.objects.filter(pk=replaced.pk).update(
        replaced_at=Now(), words_until=Now() + timedelta(days=WORDS_DAYS)
    )


def _replaced(values: Values) -> Decision | None:
    try:
        public_id = UUID(str(values.get("replaces", "")))
    except ValueError:
        return None
    found: Decision | None = (
        Decision.objects.agreements_in_force().filter(public_id=public_id).first()
    )
    return found


register(
    EffectKind(
        KIND,
        gettext_lazy("an agreement in words"),
        weight=Weight.LIGHT,
        form=AgreementForm,
        base=base,
        describe=describe,
        carry_out=carry_out,
        subjects=subjects,
        check=check,
    )
)
