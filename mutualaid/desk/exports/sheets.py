"""Each list as a sheet: CSV and XLSX, without a contact detail. Whoever sees the list may take it."""

from typing import NamedTuple

from django.http import FileResponse, HttpRequest

from mutualaid.admin.site import admin_page
from mutualaid.desk.exports.columns import ASKS, NEEDS, OFFERS, PEOPLE, SheetOut
from mutualaid.desk.exports.files import WRITERS, file_of
from mutualaid.desk.exports.lists import rows_shown
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app.models import Ask, Need


class List(NamedTuple):
    """A list of the admin, and what of it goes into a sheet."""

    name: str
    model: type[Need | Ask | Offer | User]
    sheet: SheetOut
    permission: str


LISTS = (
    List("needs", Need, NEEDS, "requests_app.view_need"),
    List("asks", Ask, ASKS, "requests_app.view_ask"),
    List("offers", Offer, OFFERS, "offers_app.view_offer"),
    List("people", User, PEOPLE, "people.view_user"),
)


def _register(shown: List, kind: str) -> None:
    """The page is "/admin/sheets/needs.csv" with the query of the list, named "admin:sheet_needs_csv"."""

    @admin_page(
        f"sheets/{shown.name}.{kind}",
        name=f"sheet_{shown.name}_{kind}",
        permission=shown.permission,
    )
    def sheet(request: HttpRequest) -> FileResponse:
        rows = shown.sheet.rows(rows_shown(request, shown.model))
        return file_of(rows, kind, name=shown.name)


for one in LISTS:
    for kind in WRITERS:
        _register(one, kind)
