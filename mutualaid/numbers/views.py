"""The public numbers: a page, and the same as CSV and JSON. All of it was frozen; nothing is counted here."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mutualaid.boundary.csv_cells import write_rows
from mutualaid.numbers.chart import HEIGHT, WIDTH, bars, most_of
from mutualaid.numbers.models import Month, MonthPart
from mutualaid.numbers.rows import HEAD, numbers_rows

MONTHS_DRAWN = 12


@login_not_required
@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """One month, the newest unless `?month=2026-10` names another, beside those before."""
    months = list(Month.objects.all())
    wanted = request.GET.get("month", "")
    found = next((month for month in months if str(month) == wanted), None)
    shown = found or (months[0] if months else None)
    parts = list(shown.parts.select_related("area", "kind")) if shown else []
    drawn = months[:MONTHS_DRAWN]
    context = {
        "month": shown,
        "months": months,
        "is_unknown": bool(wanted) and found is None,
        "tables": [
            _table("area", [part for part in parts if part.area_id]),
            _table("kind", [part for part in parts if part.kind_id]),
        ],
        "drawn": drawn,
        "bars": bars(drawn),
        "most": most_of(drawn),
        "width": WIDTH,
        "height": HEIGHT,
    }
    return render(request, "numbers/numbers.html", context)


@login_not_required
@require_safe
def numbers_csv(request: HttpRequest) -> HttpResponse:
    """All months, in one row for each part. "<5" is fewer than 5; an empty count is withheld."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="numbers.csv"'
    write_rows(response, [HEAD, *numbers_rows()])  # type: ignore[arg-type]
    return response


@login_not_required
@require_safe
def numbers_json(request: HttpRequest) -> HttpResponse:
    """The same rows as objects."""
    rows = [dict(zip(HEAD, row, strict=True)) for row in numbers_rows()]
    return JsonResponse({"rounded_to": 5, "rows": rows})


def _table(of: str, parts: list[MonthPart]) -> dict[str, object]:
    """The worst-served first, by the published numbers alone; handfuls are only named."""
    shown = [part for part in parts if not part.is_small]
    shown.sort(key=lambda part: (-part.unmet_share, -(part.unmet or 0), part.name))
    small = sorted((part for part in parts if part.is_small), key=lambda part: part.name)
    return {"of": of, "rows": shown, "small": small}
