"""How the group knows a person, in the admin: the page that says so, and the filter of who is new."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.step_page import StepPage
from mutualaid.local_time import format_day
from mutualaid.people.admin.rights import PEOPLE_REFUSALS
from mutualaid.people.introductions import (
    introduce,
    introduction_of,
    is_known,
    known,
    met,
    take_back_introduction,
)
from mutualaid.people.models import User


class IntroducePage(StepPage[User, forms.Form]):
    """Say that a coordinator knows this person, or that they begin small again."""

    name = "introduce"
    title = gettext_lazy("We know each other")
    template = "admin/person_introduce.html"
    refusals = PEOPLE_REFUSALS

    def act(self, form: forms.Form) -> str:
        if "back" in self.request.POST:
            take_back_introduction(self.row, by=self.me)
            return _("%s begins small from now on.") % self.row
        introduce(self.row, by=self.me)
        return _("%s is no longer new here.") % self.row

    def context(self, form: forms.Form) -> dict[str, Any]:
        return {
            "introduction": introduction_of(self.row),
            "is_known": is_known(self.row),
            "is_trusted": self.row.vetted or self.row.is_staff,
        }


class NewcomersFilter(admin.SimpleListFilter):
    """Who is new here, whatever the policy makes of it."""

    title = gettext_lazy("new here")
    parameter_name = "new"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("yes", _("New here")),
            ("unmet", _("New here, and no one has met them")),
            ("no", _("Known to us")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        match self.value():
            case "yes":
                return queryset.exclude(known())
            case "unmet":
                return queryset.exclude(met())
            case "no":
                return queryset.filter(known())
        return queryset


def introduced(user: User) -> str:
    """Return how the group knows them, by whom and since when; a dash for someone new."""
    introduction = introduction_of(user)
    if introduction is None:
        return "–"
    day = format_day(introduction.at)
    return " · ".join(filter(None, (str(introduction), str(introduction.by or ""), day)))
