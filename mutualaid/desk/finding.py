"""One box that finds anybody and anything: a code, a name, a phone, an e-mail, an area, a kind.

It is sent as a POST, for what is typed is personal: it stands in no address and in no log.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from mutualaid.admin.site import admin_page
from mutualaid.catalog.area_names import in_text
from mutualaid.catalog.models import Category, Locality
from mutualaid.contact_points import ContactPoint, parse
from mutualaid.encryption.fingerprints import fingerprints_of
from mutualaid.forms.name_search import names_like, words_of
from mutualaid.forms.typed_text import one_line
from mutualaid.people.models import Role, User
from mutualaid.people.ratelimit import HOUR, Limit
from requests_app import actions, rules
from requests_app.access.links import ask_by_code
from requests_app.admin.filters.areas import ALL, PARAMETER
from requests_app.models import Ask, Need
from requests_app.models.ask import AskQuerySet

MOST_SEARCHED = 10
"""Phones and e-mails: as many as one person may have; too few to try out a whole list of people."""
MOST_LETTERS = 300
MOST_SHOWN = 50
"""Asks of one group; of people, areas and kinds `MOST_NAMED`."""
MOST_NAMED = 20
MOST_PEOPLE_READ = 20_000
SEARCHES = Limit("find", 120, HOUR)
"""Of one person of the team: two a minute. Assumed, not measured."""
_WAY_IN = re.compile(r"[2-9A-Z]{4}[ -]?[2-9A-Z]{4}", re.IGNORECASE)
"""What `requests_app.access.links.code_for` writes."""


class SearchField(forms.CharField):
    """Takes what one may look for; cleans to one line without what no one can see."""

    default_error_messages = {  # noqa: RUF012  as Django writes it
        "required": gettext_lazy("Write what you look for: a code, a name, a phone, an area …"),
        "short": gettext_lazy("Write at least two letters or numbers of it."),
        "long": gettext_lazy("That is very long. Write a name, a phone or a code only."),
        "points": ngettext_lazy("Write only one here.", "Write %(most)d at most here.", "most"),
    }

    def to_python(self, value: Any) -> str:
        """Raises `ValidationError` where it is too long, too short, or has too many contact points."""
        text = one_line(super().to_python(value) or "")
        if len(text) > MOST_LETTERS:
            raise ValidationError(self.error_messages["long"], "long")
        # Of Chinese names one letter is a whole word: a letter that is not ASCII has two bytes or more.
        if text and len("".join(words_of(text)).encode()) < 2:
            raise ValidationError(self.error_messages["short"], "short")
        if len(parse(text).distinct) > MOST_SEARCHED:
            raise ValidationError(self.error_messages["points"], "points", {"most": MOST_SEARCHED})
        return text


class FindForm(forms.Form):
    q = SearchField(
        label=gettext_lazy("Who or what do you look for?"),
        help_text=gettext_lazy(
            "A code, a name, a phone or an e-mail however it is written, an area, or a kind of help. Not the"
            " words that neighbours wrote: they are encrypted."
        ),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", "class": "vTextField"}),
    )


class AskGroup(NamedTuple):
    """Asks that were found in one way, the newest first, and whether there are `older` ones."""

    title: str
    asks: list[Ask]
    older: bool


class Page(NamedTuple):
    """A page of the admin that was found: what it is called, and a few words about it."""

    url: str
    label: str
    about: str = ""


@dataclass
class Found:
    """What was found, in groups; those that are empty are left out."""

    asks: list[AskGroup] = field(default_factory=list)
    pages: dict[str, list[Page]] = field(default_factory=dict)


@admin_page("find/", name="find", permission="requests_app.view_ask")
def find(request: HttpRequest) -> HttpResponse:
    """Ask what to look for; on a POST show it in groups below, or go to the one page with that code."""
    me = cast(User, request.user)
    form = FindForm(request.POST if request.method == "POST" else None, label_suffix="")
    found = None
    if form.is_valid():
        text = form.cleaned_data["q"]
        with_code = _pages_with_code(text, me)
        if len(with_code) == 1:
            return redirect(with_code[0].url)
        if SEARCHES.exceeded_until(str(me.pk)):
            form.add_error(
                "q", _("You have searched very often in this hour. Please wait a while.")
            )
        else:
            found = _search(text, me)
            if with_code:
                found.pages[_("With this code")] = with_code
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Find anybody"),
        "button": _("Search"),
        "form": form,
        "found": found,
        "most": MOST_SHOWN,
    }
    return TemplateResponse(request, "admin/find.html", context)


def _pages_with_code(text: str, me: User) -> list[Page]:
    """Return the pages of the asks and needs with this code, of those the admin shows to `me`.

    Or of the ask that opens with it: neighbours read such a code from their slip.
    """
    asks = {ask.pk for ask in Ask.with_code(text)}
    if _WAY_IN.fullmatch(text) and (ask := ask_by_code(text)):
        asks.add(ask.pk)
    needs = {need.pk for need in Need.with_code(text)}
    found_needs = rules.needs_of_staff(me).filter(pk__in=needs)
    return [
        *(_page_of(ask) for ask in rules.asks_of_staff(me).filter(pk__in=asks)),
        *(_page_of(need) for need in found_needs.select_related("category", "locality")),
    ]


def _search(text: str, me: User) -> Found:
    parsed = parse(text)
    name = " ".join(parsed.unread) if parsed.distinct else text
    found = Found()
    if parsed.distinct:
        asks = actions.find_asks_made_with(parsed.distinct, by=me)
        _add_asks(found, _("Asks with this phone or e-mail"), asks)
    if name:
        _add_asks(found, _("Asks by this name"), actions.find_asks_by_name(name, by=me))
    if me.has_perm("people.view_user"):
        _add_pages(found, _("People with an account"), _people(name, parsed.distinct))
        _add_pages(found, _("Roles"), _roles(name))
    if name:
        _add_pages(found, _("Areas"), _areas(name))
        _add_pages(found, _("Kinds of help"), _kinds(name))
    return found


def _add_asks(found: Found, title: str, asks: AskQuerySet) -> None:
    needs = Prefetch("needs", Need.objects.select_related("category", "locality").order_by("pk"))
    with_needs = asks.select_related("merged_into").prefetch_related(needs)
    newest = list(with_needs[: MOST_SHOWN + 1])
    if newest:
        found.asks.append(AskGroup(title, newest[:MOST_SHOWN], len(newest) > MOST_SHOWN))


def _add_pages(found: Found, title: str, pages: list[Page]) -> None:
    if pages:
        found.pages[title] = pages


def _people(name: str, points: Iterable[ContactPoint]) -> list[Page]:
    accounts = User.objects.filter(erased_at=None)
    with_point = accounts.filter(contact_points__fingerprint__in=fingerprints_of(points))
    pks = list(with_point.values_list("pk", flat=True).distinct())
    if name:
        names = accounts.order_by("-pk").values_list("pk", "name")[:MOST_PEOPLE_READ]
        pks += names_like(name, dict(names))
    people = accounts.filter(pk__in=pks[:MOST_NAMED]).order_by("name", "pk")
    return [
        _page_of(person, _about(person))
        for person in people.select_related("locality").prefetch_related("memberships")
    ]


def _about(person: User) -> str:
    roles = [str(row.get_role_display()) for row in person.memberships.all()]
    switched_off = () if person.is_active else (_("switched off"),)
    area = (in_text(person.locality),) if person.locality else ()
    return " · ".join([*roles, *area, *switched_off])


def _roles(name: str) -> list[Page]:
    labels = {role: str(role.label) for role in Role}
    return [
        Page(_list_of(User, memberships__role__exact=role), labels[role])
        for role in names_like(name, labels)
    ]


def _areas(name: str) -> list[Page]:
    rows = Locality.objects.defer("outline").order_by("name", "pk")
    areas = {area.pk: area for area in rows}
    spellings = {pk: " ".join(area.spellings) for pk, area in areas.items()}
    return [
        Page(_list_of(Need, locality__id__exact=pk, **{PARAMETER: ALL}), areas[pk].label)
        for pk in names_like(name, spellings)[:MOST_NAMED]
    ]


def _kinds(name: str) -> list[Page]:
    kinds = {kind.pk: kind for kind in Category.objects.order_by("position", "pk")}
    labels: Mapping[int, str] = {pk: kind.label for pk, kind in kinds.items()}
    return [
        Page(_list_of(Need, q=kinds[pk].name, **{PARAMETER: ALL}), labels[pk])
        for pk in names_like(name, labels)[:MOST_NAMED]
    ]


def _page_of(row: Ask | Need | User, about: str = "") -> Page:
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    label = f"{row} · {row.code}" if isinstance(row, Need) else str(row)
    return Page(reverse(page, args=[row.pk]), label, about)


def _list_of(model: type[Need | User], **filters: str | int) -> str:
    """Return the address of the list of these rows. It names an area, a kind or a role, and no person."""
    page = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return f"{reverse(page)}?{urlencode(filters)}"
