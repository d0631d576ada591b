"""The living page of the components: each in every state, with made-up content."""

from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace as Sample
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from mutualaid.catalog.models import Locality
from requests_app.states import ClaimState, NeedState, Urgency

DAY = datetime(2026, 5, 4, 9, 30, tzinfo=ZoneInfo("UTC"))
DRAWINGS = Path(settings.BASE_DIR) / "templates" / "drawings"


class Choice(forms.Form):
    urgency = forms.ChoiceField(
        label=gettext_lazy("How soon"), choices=Urgency.choices, widget=forms.RadioSelect
    )


class Box(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), help_text=gettext_lazy("Or press Escape three times.")
    )


@login_not_required
@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """Show every component. Only on a demo and while working on it: no neighbour should meet it."""
    typed = [("name", "Rosa"), ("address", "12 Harbour Street")]
    context = {
        "choice": Choice(prefix="choice"),
        "no_choice": Choice({}, prefix="no-choice"),
        "box": Box(prefix="box"),
        "empty_box": Box({}, prefix="empty-box"),
        "groups": _answers(),
        "notes": [
            Sample(
                icon="food",
                title=_("Groceries"),
                area=Locality(name="Saltmarsh"),
                how_soon=u.label,
                is_urgent=u >= Urgency.HIGH,
                urgency=u,
                url="#",
            )
            for u in Urgency
        ],
        "ways": [_way(here) for here in range(5)],
        "lines": [
            Sample(at=DAY + timedelta(days=days), sentence=state.label)
            for days, state in enumerate(ClaimState)
        ],
        "states": list(NeedState),
        "head": (_("What"), _("Where"), _("How soon")),
        "rows": [(_("Groceries"), "Saltmarsh", urgency.label) for urgency in Urgency],
        "page": Paginator(range(3), 1).page(2),
        "standings": [
            Sample(helps=2, days=7),
            Sample(waits=True, code="4F7K-2QRS"),
            Sample(must_talk=True),
        ],
        "stops": _route(),
        "resource": _resource(),
        "kept": Sample(page="#main", fields=typed, shown=typed),
        "printed_on": DAY,
        "day": DAY,
        "drawings": sorted(path.stem for path in DRAWINGS.glob("*.svg")),
    }
    return render(request, "patterns.html", context)


def _answers() -> list[dict[str, object]]:
    def row(question: str, answer: object, url: str = "#") -> dict[str, object]:
        return {"question": question, "answer": answer, "url": url}

    what = [row(_("What"), _("Groceries")), row(_("How soon"), Urgency.HIGH.label)]
    who = [row(_("Name"), "Rosa"), row(_("Phone"), "555 0144"), row(_("Area"), "Saltmarsh", "")]
    return [{"title": _("What"), "rows": what}, {"title": _("Who asks"), "rows": who}]


def _way(here: int) -> list[dict[str, str]]:
    labels = [state.label for state in (NeedState.OPEN, NeedState.CLAIMED, NeedState.DELIVERED)]
    places = ["behind" if at < here else "here" if at == here else "ahead" for at in range(3)]
    return [{"label": str(a), "place": b} for a, b in zip(labels, places, strict=True)]


def _route() -> list[Sample]:
    need = Sample(
        category=Sample(label=_("Groceries")),
        locality=Locality(name="Saltmarsh"),
        when=Urgency.HIGH.label,
        people_count=3,
        code="466C-CDFD",
    )
    contact = Sample(name="Rosa", safe_phone="555 0144", address="12 Harbour Street")
    claim = Sample(need=need, scheduled_for=DAY)
    return [
        Sample(claim=claim, contact=contact, notes=""),
        Sample(claim=claim, refusal=_("Something broke on our side")),
    ]


def _resource() -> Sample:
    area = Locality(name="Saltmarsh")
    return Sample(
        categories=Sample(all=[Sample(label=_("Groceries"))]),
        areas=Sample(all=[area]),
        locality=area,
        address="12 Harbour Street",
        phone="555 0144",
        website="https://table.example/",
        languages=Sample(all=[Sample(code="es", name="Español")]),
    )
