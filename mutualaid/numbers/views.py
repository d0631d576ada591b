"""The public numbers: a page, and the same as CSV and JSON. All of it was frozen; nothing is counted here."""

from collections.abc import Iterable, Sequence

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mutualaid.boundary.csv_cells import write_rows
from mutualaid.fund.rules import has_pot
from mutualaid.numbers.chart import HEIGHT, WIDTH, bars, most_of
from mutualaid.numbers.models import Month, MonthPart
from mutualaid.numbers.money_shown import money_shown
from mutualaid.numbers.rows import HEAD, MONEY_HEAD, money_rows, numbers_rows

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
    money = money_shown([*drawn, *([shown] if shown else [])]) if has_pot() else []
    context = {
        "month": shown,
        "months": months,
        "is_unknown": bool(wanted) and found is None,
        "tables": [
            _table("area", [part for part in parts if part.area_id]),
            _table("kind", [part for part in parts if part.kind_id]),
        ],
        "money": [one for one in money if one.month == shown],
        "money_drawn": money,
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
    return _csv("numbers.csv", [HEAD, *numbers_rows()])


@login_not_required
@require_safe
def money_csv(request: HttpRequest) -> HttpResponse:
    """The money of all months. Raises `Http404` where the group keeps no pot."""
    if not has_pot():
        raise Http404
    return _csv("money.csv", [MONEY_HEAD, *money_rows()])


@login_not_required
@require_safe
def numbers_json(request: HttpRequest) -> HttpResponse:
    """The same rows as objects."""
    data: dict[str, object] = {"rounded_to": 5, "rows": _objects(HEAD, numbers_rows())}
    if has_pot():
        data["money"] = _objects(MONEY_HEAD, money_rows())
    return JsonResponse(data)


def _csv(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    write_rows(response, rows)  # type: ignore[arg-type]
    return response


def _objects(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[dict[str, object]]:
    return [dict(zip(head, row, strict=True)) for row in rows]


def _table(of: str, parts: list[MonthPart]) -> dict[str, object]:
    """The worst-served first, by the published numbers alone; handfuls are only named."""
    shown = [part for part in parts if not part.is_small]
    shown.sort(key=lambda part: (-part.unmet_share, -(part.unmet or 0), part.name))
    small = sorted((part for part in parts if part.is_small), key=lambda part: part.name)
    return {"of": of, "rows": shown, "small": small}
