"""The page "Who did what": every look, change, decision and code, with whom and when. No one edits it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, CharField, Q, Value, When
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from mutualaid.admin.action_admin import LookOnlyAdmin
from mutualaid.admin.staff_log import Line, LogFilter, LogKind, LogSource, staff_log
from mutualaid.people.decisions import label_of
from mutualaid.people.models import STAFF, AccountAccessLogEntry, StaffLogEntry, User

PER_PAGE = 50
WORDS_OF_KIND = {
    LogKind.RIGHTS: ("role ", "proposed: ", "agreed: ", "not agreed: "),
    LogKind.EXPORT: ("downloaded", "exported"),
    LogKind.SIGN_IN: ("signed in",),
}
"""With which words of `write_history` an entry is of which kind; any other is a change."""


STEPS = {"proposed": _("proposed"), "agreed": _("agreed"), "not agreed": _("not agreed")}
"""What `people.decisions` writes before the key of what is decided."""


class LogForm(forms.Form):
    """Which entries to show. What is nonsense counts as not chosen."""

    by = forms.TypedChoiceField(label=_("Who"), required=False, coerce=int, empty_value=None)
    day = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    kind = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("All")), *LogKind.choices]
    )

    def __init__(self, data: QueryDict, *, people: Mapping[int, str]) -> None:
        super().__init__(data)
        named = sorted(people.items(), key=lambda item: (item[1], item[0]))
        self.fields["by"].choices = [("", _("All")), *named]  # type: ignore[attr-defined]

    def filter(self) -> LogFilter:
        self.is_valid()
        typed = self.cleaned_data
        return LogFilter(typed.get("by"), typed.get("day"), typed.get("kind", ""))


@admin.register(StaffLogEntry)
class StaffLogAdmin(LookOnlyAdmin[StaffLogEntry]):
    """One page, which lists and does nothing else."""

    def get_urls(self) -> list[URLPattern]:
        view = never_cache(self.admin_site.admin_view(self.log))
        return [path("", view, name="people_stafflogentry_changelist")]

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def log(self, request: HttpRequest) -> HttpResponse:
        """Show a page of the log. Raises `PermissionDenied` for whoever may not see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        me = cast(User, request.user)
        form = LogForm(request.GET, people=_names(staff_log.people(), me))
        rows = staff_log.rows(form.filter())
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
        entries = staff_log.entries(page.object_list)
        names = _names({entry.by for entry in entries if entry.by}, me)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": capfirst(str(self.opts.verbose_name)),
            "opts": self.opts,
            "form": form,
            "page": page,
            "rows": [
                {
                    "entry": entry,
                    "who": names.get(entry.by or 0, "–"),
                    "url": entry.line.url if me.has_perm(entry.line.permission) else "",
                }
                for entry in entries
            ],
            "without_page": _without_page(request.GET),
        }
        return TemplateResponse(request, "admin/staff_log.html", context)


def _names(pks: Iterable[int], viewer: User) -> dict[int, str]:
    """Return how these accounts are called. Who is not of the team has no name for whoever sees no people."""
    people = User.objects.filter(pk__in=list(pks))
    if not viewer.has_perm("people.view_user"):
        of_team = Q(is_superuser=True) | Q(memberships__role__in=STAFF)
        named = {user.pk: str(user) for user in people.filter(of_team).distinct()}
        return {pk: named.get(pk, _person(pk)) for pk in pks}
    return {user.pk: str(user) for user in people}


def _person(pk: int | str) -> str:
    return f"{User._meta.verbose_name} {pk}"


def _without_page(query: QueryDict) -> str:
    """Return the address of the same filter, to which a page number is added."""
    kept = query.copy()
    kept.pop("p", None)
    return kept.urlencode()


class LogAbout(NamedTuple):
    """What the team did about somebody: when, who of the team ("" where that is erased), and what."""

    at: datetime
    who: str
    what: str


def log_about(person: User, most: int = 20) -> list[LogAbout]:
    """Return what others of the team did about a person, the newest first: changes, decisions, looks."""
    user_type = ContentType.objects.get_for_model(User)
    entries = LogEntry.objects.filter(content_type=user_type, object_id=str(person.pk))
    by_others = entries.exclude(user=person).select_related("user").order_by("-action_time", "-pk")
    looks = AccountAccessLogEntry.objects.filter(person=person).select_related("by")
    newest, looked = looks.order_by("-at", "-pk")[:most], LogKind.EMAIL.label
    lines = [
        *(LogAbout(row.action_time, str(row.user), _words_of(row)) for row in by_others[:most]),
        *(LogAbout(row.at, str(row.by), f"{looked}: {_looked_at(row.phone)}") for row in newest),
    ]
    return sorted(lines, reverse=True)[:most]


def _kind_of_words() -> Case:
    cases = [
        When(Q(change_message__startswith=word), then=Value(str(kind)))
        for kind, words in WORDS_OF_KIND.items()
        for word in words
    ]
    return Case(*cases, default=Value(str(LogKind.CHANGE)), output_field=CharField())


def _read_changes(pks: Collection[int]) -> dict[int, Line]:
    """Say what was changed of which row; an ask and a need by their codes, all else by its number."""
    entries = list(LogEntry.objects.filter(pk__in=pks))
    codes = _codes(entries)
    return {entry.pk: _line_of(entry, codes) for entry in entries}


def _codes(entries: Iterable[LogEntry]) -> dict[tuple[int | None, str], str]:
    ids: dict[int, list[str]] = {}
    for entry in entries:
        if entry.content_type_id and entry.object_id:
            ids.setdefault(entry.content_type_id, []).append(entry.object_id)
    codes: dict[tuple[int | None, str], str] = {}
    for type_id, object_ids in ids.items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model and hasattr(model, "code"):
            for row in model._base_manager.only("public_id").filter(pk__in=object_ids):
                codes[type_id, str(row.pk)] = row.code
    return codes


def _words_of(entry: LogEntry) -> str:
    """Return what an entry says, and of a decision its label where the entry has its key."""
    words = entry.get_change_message()
    step, _colon, kind = words.partition(": ")
    return f"{STEPS[step]}: {label_of(kind)}" if step in STEPS else words


def _line_of(entry: LogEntry, codes: Mapping[tuple[int | None, str], str]) -> Line:
    if entry.content_type_id is None:
        return Line(_words_of(entry))
    content_type = ContentType.objects.get_for_id(entry.content_type_id)
    known_by = codes.get((entry.content_type_id, entry.object_id or ""), entry.object_id)
    page = f"{content_type.app_label}_{content_type.model}"
    try:
        url = reverse(f"admin:{page}_change", args=[entry.object_id])
    except NoReverseMatch:  # it has no page of its own
        url = ""
    return Line(
        _words_of(entry),
        f"{content_type.name} {known_by}",
        url,
        f"{content_type.app_label}.view_{content_type.model}",
    )


def _read_looks(pks: Collection[int]) -> dict[int, Line]:
    looks = AccountAccessLogEntry.objects.filter(pk__in=pks).values_list("pk", "person", "phone")
    return {pk: Line(_looked_at(phone), _person(person)) for pk, person, phone in looks}


def _looked_at(phone: bool) -> str:
    return str(_("e-mail and phone") if phone else _("e-mail"))


staff_log.register(
    LogSource(
        "changes", LogEntry.objects.all, "action_time", "user", _kind_of_words(), _read_changes
    )
)
staff_log.register(
    LogSource("emails", AccountAccessLogEntry.objects.all, "at", "by", LogKind.EMAIL, _read_looks)
)
