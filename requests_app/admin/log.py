"""What the team did about asks and needs, for the page "Who did what": by codes, and without a detail."""

from collections.abc import Collection

from django.db.models import Case, CharField, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from mutualaid.admin.staff_log import Line, LogKind, LogSource, staff_log
from requests_app.models import AccessLogEntry, ContactLogEntry, NeedEvent
from requests_app.states import NeedAction

Kind = NeedEvent.Kind
CODE = NeedAction.CODE
"""Left out of the history of needs: it stands once for each, and once in the log of looks."""
EXPORT = AccessLogEntry.Kind.EXPORT
"""Left out of the looks: it stands once for each ask, and once with its reason among the changes."""


def _read_events(pks: Collection[int]) -> dict[int, Line]:
    events = NeedEvent.objects.filter(pk__in=pks).select_related("need").defer("need__ask")
    return {
        event.pk: Line(
            str(event.get_action_display()),
            _("need %s") % event.need.code,
            reverse("admin:requests_app_need_change", args=[event.need_id]),
            "requests_app.view_need",
        )
        for event in events
    }


def _read_looks(pks: Collection[int]) -> dict[int, Line]:
    looks = AccessLogEntry.objects.filter(pk__in=pks).select_related("ask")
    return {
        look.pk: Line(
            _what_was_done(look),
            _("ask %s") % look.ask.code,
            reverse("admin:requests_app_ask_change", args=[look.ask_id]),
            "requests_app.view_ask",
        )
        for look in looks
    }


def _read_calls(pks: Collection[int]) -> dict[int, Line]:
    calls = ContactLogEntry.objects.filter(pk__in=pks).select_related("ask")
    return {call.pk: _line_of_call(call) for call in calls}


def _line_of_call(call: ContactLogEntry) -> Line:
    if call.ask:
        page = reverse("admin:requests_app_ask_change", args=[call.ask_id])
        return Line(str(call), _("ask %s") % call.ask.code, page, "requests_app.view_ask")
    page = reverse("admin:people_user_change", args=[call.person_id])
    return Line(str(call), _("person %s") % call.person_id, page, "people.view_user")


def _what_was_done(look: AccessLogEntry) -> str:
    """Who looked; of a code that was made nothing more, and by a link or a code what was done with it."""
    match look.kind:
        case AccessLogEntry.Kind.LOOK:
            return str(look.get_by_kind_display())
        case AccessLogEntry.Kind.CODE | AccessLogEntry.Kind.WORDS:
            return ""
    return str(look.get_kind_display())


staff_log.register(
    LogSource(
        "events",
        lambda: NeedEvent.objects.filter(actor_kind=Kind.COORDINATOR).exclude(action=CODE),
        "at",
        "actor",
        LogKind.NEED,
        _read_events,
    )
)
staff_log.register(
    LogSource("calls", ContactLogEntry.objects.all, "at", "by", LogKind.CALL, _read_calls)
)
staff_log.register(
    LogSource(
        "looks",
        lambda: AccessLogEntry.objects.filter(by_kind=Kind.COORDINATOR).exclude(kind=EXPORT),
        "at",
        "by",
        Case(
            When(kind=AccessLogEntry.Kind.CODE, then=Value(str(LogKind.CODE))),
            When(kind=AccessLogEntry.Kind.WORDS, then=Value(str(LogKind.WORDS))),
            default=Value(str(LogKind.CONTACT)),
            output_field=CharField(),
        ),
        _read_looks,
    )
)
staff_log.register(
    LogSource(
        "looks_of_volunteers",
        lambda: AccessLogEntry.objects.exclude(by_kind=Kind.COORDINATOR),
        "at",
        "by",
        LogKind.CONTACT,
        _read_looks,
        is_of_team=False,
    )
)
