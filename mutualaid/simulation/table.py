"""The figures of all policies side by side: as lines for a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.simulation.metrics import Figures


@dataclass(frozen=True)
class Measure:
    field: str
    label: str | Promise
    form: str
    is_share: bool = False

    def of(self, figures: Figures) -> float:
        return float(getattr(figures, self.field))

    def said(self, figures: Figures) -> str:
        return format(self.of(figures), self.form)


MEASURES = [
    Measure("claimed", _("needs taken on"), ".1%", is_share=True),
    Measure("critical_unmet", _("needed today, nobody within a day"), ".1%", is_share=True),
    Measure("invitations_per_claim", _("invitations for each one taken on"), ".1f"),
    Measure("invitations_a_week_p99", _("invitations a week, the most invited 1 %"), ".0f"),
    Measure("gini_of_invitations", _("Gini of invitations among volunteers"), ".2f", is_share=True),
    Measure("worst_locality", _("taken on in the worst-served area"), ".1%", is_share=True),
    Measure("km", _("kilometres to the neighbour"), ".2f"),
]


def lines(names: Sequence[str], figures: Sequence[Figures]) -> list[str]:
    wide = max(len(str(measure.label)) for measure in MEASURES)
    rows = [f"{'':{wide}}  " + "  ".join(f"{name:>12}" for name in names)]
    for measure in MEASURES:
        cells = "  ".join(f"{measure.said(one):>12}" for one in figures)
        rows.append(f"{measure.label!s:{wide}}  {cells}")
    return rows
