"""The public board: category, area, when; nothing else."""

from dataclasses import dataclass

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.form_choices import group_choices, locality_choices
from requests_app.models import Need
from requests_app.models.need import NeedQuerySet


@dataclass(frozen=True)
class Note:
    """A need as it is shown on the board."""

    icon: str
    title: str
    area: str
    when: str
    urgency: int
    url: str


def note_of(need: Need) -> Note:
    return Note(
        icon=need.category.icon,
        title=need.category.label,
        area=need.locality.name,
        when=need.when,
        urgency=need.urgency,
        url=reverse("help_need", args=[need.public_id]),
    )


class BoardFilter(forms.Form):
    """Which notes to show. A value that is no choice gets an error, and all notes are shown."""

    category = forms.ChoiceField(label=_("What"), required=False)
    area = forms.ChoiceField(label=_("Where"), required=False)

    def __init__(self, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        everything = ("", _("Everything"))
        everywhere = ("", _("Everywhere"))
        self.fields["category"].choices = [everything, *group_choices()]  # type: ignore[attr-defined]
        self.fields["area"].choices = [everywhere, *locality_choices()]  # type: ignore[attr-defined]

    def needs(self) -> NeedQuerySet:
        """The needs on the board of the chosen group and area, with those of the areas within it."""
        needs = Need.objects.on_board()
        if not self.is_valid():
            return needs
        if group := self.cleaned_data["category"]:
            needs = needs.filter(Q(category__slug=group) | Q(category__parent__slug=group))
        if area := self.cleaned_data["area"]:
            is_within = Q(locality__slug=area) | Q(locality__parent__slug=area)
            needs = needs.filter(is_within | Q(locality__parent__parent__slug=area))
        return needs
