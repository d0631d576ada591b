"""What a group decides about its money: who says yes to it, and from which amounts on it is careful."""

import json
from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.decisions.effects import EffectKind, Values, register
from mutualaid.decisions.members import members
from mutualaid.decisions.models import Decision, Weight
from mutualaid.fund.actions import change_approvers, set_caps
from mutualaid.fund.actions.approvers import lock_active
from mutualaid.fund.amounts import NoAmount, amount_in, parse_amount
from mutualaid.fund.caps import Caps
from mutualaid.fund.models import Approver, Candidacy, Pot
from mutualaid.fund.rules import has_pot
from mutualaid.people.models import User, display_name
from mutualaid.singleton.history import ChangedValue
from mutualaid.transitions import StateChanged

APPROVERS, CAPS = "fund.approvers", "fund.caps"


class ApproversForm(forms.Form):
    """Who would begin and who would end. Only who said that they are ready can begin."""

    begin = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=gettext_lazy("Who should say yes to money from now on?"),
        help_text=gettext_lazy("These members said that they are ready to."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    end = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=gettext_lazy("Who should stop?"),
        help_text=gettext_lazy("What they said yes to and isn't paid yet needs another yes."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        choices: dict[str, QuerySet[User]] = {"begin": ready(), "end": approvers()}
        for name, people in choices.items():
            field: Any = self.fields[name]
            field.queryset = people
            field.label_from_instance = display_name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned["begin"] or cleaned["end"]):
            raise ValidationError(_("Choose at least one person."))
        return cleaned

    def stored(self) -> Values:
        """Return the ids of the accounts, once the form is valid."""
        return {name: sorted(user.pk for user in self.cleaned_data[name]) for name in self.fields}


class CapsForm(forms.Form):
    """The amounts of one pot, as people write them."""

    pot = forms.ModelChoiceField(
        Pot.objects.none(),
        label=gettext_lazy("Which pot?"),
        error_messages={"required": gettext_lazy("Choose one of these.")},
    )
    two_approvers_from = forms.CharField(
        label=gettext_lazy("From which amount on do two people say yes?"),
        help_text=gettext_lazy("Write 0 for every amount."),
        error_messages={"required": gettext_lazy("Write an amount.")},
    )
    month_per_household = forms.CharField(
        label=gettext_lazy("From which amount in a month for one household do we warn?"),
        help_text=gettext_lazy("No one is turned away. Leave it empty for no warning."),
        required=False,
    )
    month_in_all = forms.CharField(
        label=gettext_lazy("From which amount in a month in all do we warn?"),
        help_text=gettext_lazy("No one is turned away. Leave it empty for no warning."),
        required=False,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["pot"]
        field.queryset = Pot.objects.all()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        pot: Pot | None = cleaned.get("pot")
        if pot is None:
            return cleaned
        for name in Caps._fields:
            typed, least = cleaned.get(name, ""), int(name != "two_approvers_from")
            try:
                cleaned[name] = (
                    parse_amount(typed, decimals=pot.decimals, least=least) if typed else None
                )
            except NoAmount as error:
                self.add_error(name, str(error.words))
        return cleaned

    def stored(self) -> Values:
        """Return the id of the pot and its amounts in minor units, once the form is valid."""
        return {**self.cleaned_data, "pot": self.cleaned_data["pot"].pk}


def approvers() -> QuerySet[User]:
    """Return who says yes to money now."""
    return User.objects.filter(pk__in=Approver.objects.active().values("pk"))


def ready() -> QuerySet[User]:
    """Return the members who are ready to, and do not yet."""
    ready = members().filter(pk__in=Candidacy.objects.values("user"))
    return ready.exclude(pk__in=Approver.objects.active().values("pk"))


def check_approvers(values: Values) -> None:
    """Raises `ValidationError` where someone is not ready any more, or ends who is none."""
    if not values["begin"] and not values["end"]:
        raise ValidationError(_("Choose at least one person."))
    if _missing(values["begin"], ready()):
        raise ValidationError(_("One of them no longer wants to, or has already started."))
    if _missing(values["end"], approvers()):
        raise ValidationError(_("One of them has already stopped."))


def approvers_in_force(values: Values) -> str:
    """Return which of the people named are approvers now. Locks the rows of all who are."""
    active = lock_active()
    return json.dumps(sorted(active & {*values["begin"], *values["end"]}))


def describe_approvers(values: Values, before: str = "") -> list[ChangedValue]:
    """Return who would begin and who would end, by the names they have now."""
    no, yes = _("no"), _("yes")
    people = User.objects.in_bulk([*values["begin"], *values["end"]])
    begin = [ChangedValue(_name(people, pk), no, yes) for pk in values["begin"]]
    return [*begin, *(ChangedValue(_name(people, pk), yes, no) for pk in values["end"])]


def carry_out_approvers(values: Values, *, decision: Decision) -> None:
    """Let them begin and end. Raises `StateChanged` where someone is not ready any more."""
    if _missing(values["begin"], ready()):
        raise StateChanged(APPROVERS)
    change_approvers(begin=values["begin"], end=values["end"], decision=decision)


def check_caps(values: Values) -> None:
    """Raises `ValidationError` where the pot is gone, or nothing would change."""
    pot = Pot.objects.filter(pk=values["pot"]).first()
    if pot is None:
        raise ValidationError(_("This pot is no longer there."))
    if _caps(values) == Caps.of(pot):
        raise ValidationError(_("This is so already."))


def caps_in_force(values: Values) -> str:
    """Return what holds for the pot now, "" if it is gone. Locks it."""
    pot = Pot.objects.select_for_update(no_key=True).filter(pk=values["pot"]).first()
    return json.dumps(Caps.of(pot)) if pot else ""


def describe_caps(values: Values, before: str = "") -> list[ChangedValue]:
    """Return what would change; `before` is the `base` that a stored proposal was opened on."""
    pot = Pot.objects.filter(pk=values["pot"]).first()
    if pot is None:
        return []
    was = Caps(*json.loads(before)) if before else Caps.of(pot)
    return [
        ChangedValue(f"{pot}{_(': ')}{_label(name)}", _amount(pot, old), _amount(pot, new))
        for name, old, new in zip(Caps._fields, was, _caps(values), strict=True)
        if old != new
    ]


def carry_out_caps(values: Values, *, decision: Decision) -> None:
    """Let the amounts be in force. Raises `StateChanged` where the pot is gone."""
    pot = Pot.objects.filter(pk=values["pot"]).first()
    if pot is None:
        raise StateChanged(CAPS)
    set_caps(pot, _caps(values), decision=decision)


def _missing(pks: Collection[int], people: QuerySet[User]) -> bool:
    return people.filter(pk__in=pks).count() < len(set(pks))


def _name(people: dict[int, User], pk: int) -> str:
    return display_name(people[pk]) if pk in people else _("a neighbour")


def _caps(values: Values) -> Caps:
    return Caps(*(values[name] for name in Caps._fields))


def _label(name: str) -> str:
    field: Any = Pot._meta.get_field(name)
    return str(field.verbose_name)


def _amount(pot: Pot, minor: int | None) -> str:
    return _("none") if minor is None else amount_in(pot, minor)


register(
    EffectKind(
        APPROVERS,
        gettext_lazy("who says yes to money"),
        weight=Weight.HEAVY,
        form=ApproversForm,
        base=approvers_in_force,
        describe=describe_approvers,
        carry_out=carry_out_approvers,
        is_possible=has_pot,
        check=check_approvers,
    )
)
register(
    EffectKind(
        CAPS,
        gettext_lazy("from which amounts on we are careful with money"),
        weight=Weight.HEAVY,
        form=CapsForm,
        base=caps_in_force,
        describe=describe_caps,
        carry_out=carry_out_caps,
        is_possible=lambda: has_pot() and Pot.objects.exists(),
        subjects=lambda values: [f"{CAPS}.{values['pot']}"],
        check=check_caps,
    )
)
