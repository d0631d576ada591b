"""The metrics of all policies side by side, as lines for a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.simulation.metrics import Metrics


@dataclass(frozen=True)
class Measure:
    """A line of the table."""

    field: str
    """Of `Metrics`."""
    label: str | Promise
    format_spec: str
    is_share: bool = False

    def value_of(self, metrics: Metrics) -> float:
        return float(getattr(metrics, self.field))

    def text_of(self, metrics: Metrics) -> str:
        return format(self.value_of(metrics), self.format_spec)


MEASURES = [
    Measure("claimed", _("needs taken on"), ".1%", is_share=True),
    Measure("critical_unmet", _("needed today, nobody within a day"), ".1%", is_share=True),
    Measure("invitations_per_claim", _("invitations for each one taken on"), ".1f"),
    Measure("invitations_a_week_p99", _("invitations a week, the most invited 1 %"), ".0f"),
    Measure("gini_of_invitations", _("Gini of invitations among volunteers"), ".2f", is_share=True),
    Measure("worst_locality", _("taken on in the worst-served area"), ".1%", is_share=True),
    Measure("km", _("kilometres to the neighbour"), ".2f"),
]


def lines(policies: Sequence[str], results: Sequence[Metrics]) -> list[str]:
    """Return the table as lines; `results` are those of the `policies`, in the same order."""
    width = max(len(str(measure.label)) for measure in MEASURES)
    rows = [f"{'':{width}}  " + "  ".join(f"{policy:>12}" for policy in policies)]
    for measure in MEASURES:
        cells = "  ".join(f"{measure.text_of(metrics):>12}" for metrics in results)
        rows.append(f"{measure.label!s:{width}}  {cells}")
    return rows
