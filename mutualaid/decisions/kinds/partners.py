"""Helping each other with a neighbouring group as something to decide about. Ending takes no decision.

It stands here and not there: the health page looks at partners, and decisions look at its heartbeats.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.decisions.effects import EffectKind, Values, register
from mutualaid.decisions.models import Decision, Weight
from mutualaid.partners.actions.pairing import agree_as_decided
from mutualaid.partners.models import Partner
from mutualaid.partners.rules import has_partners
from mutualaid.partners.states import PartnerState
from mutualaid.singleton.history import ChangedValue
from mutualaid.transitions import StateChanged

KIND = "partners.help_each_other"


class PartnerForm(forms.Form):
    partner = forms.ModelChoiceField(
        Partner.objects.none(),
        label=gettext_lazy("With which group?"),
        help_text=gettext_lazy(
            "A coordinator has made sure it's really them. No name goes there before the neighbour agrees."
        ),
        error_messages={"required": gettext_lazy("Choose one of these.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["partner"]
        field.queryset = Partner.objects.filter(state=PartnerState.COMPARED)
        field.label_from_instance = _called

    def stored(self) -> Values:
        """Return the id of the group, once the form is valid."""
        return {"partner": self.cleaned_data["partner"].pk}


def check(values: Values) -> None:
    """Raises `ValidationError` where there is nothing to agree to any more."""
    if not Partner.objects.filter(pk=values["partner"], state=PartnerState.COMPARED).exists():
        raise ValidationError(_("This group no longer waits for us to agree."))


def in_force(values: Values) -> str:
    """Return how things stand with this group, and with which key; "" if it is gone. Locks its row."""
    partner = Partner.objects.select_for_update(no_key=True).filter(pk=values["partner"]).first()
    return f"{partner.state} {partner.public_key}" if partner else ""


def describe(values: Values, before: str = "") -> list[ChangedValue]:
    """Return the group with which we would help each other."""
    partner = Partner.objects.filter(pk=values["partner"]).first()
    return [ChangedValue(_called(partner), _("no"), _("yes"))] if partner else []


def carry_out(values: Values, *, decision: Decision) -> None:
    """Help each other from now on. Raises `StateChanged` where the group is gone or it has ended."""
    partner = Partner.objects.filter(pk=values["partner"]).first()
    if partner is None:
        raise StateChanged(KIND)
    agree_as_decided(partner, decision=decision.pk)


def _called(partner: Partner) -> str:
    return f"{partner.name} ({partner.site})"


def _is_possible() -> bool:
    return has_partners() and Partner.objects.filter(state=PartnerState.COMPARED).exists()


register(
    EffectKind(
        KIND,
        gettext_lazy("helping each other with a neighbouring group"),
        weight=Weight.LIGHT,
        form=PartnerForm,
        base=in_force,
        describe=describe,
        carry_out=carry_out,
        is_possible=_is_possible,
        subjects=lambda values: [f"{KIND}.{values['partner']}"],
        check=check,
    )
)
