"""What the team did about asks and needs, for the page "Who did what": by codes, and without a detail."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from mutualaid.admin.staff_log import Line, LogKind, LogSource, staff_log
from requests_app.models import AccessLogEntry, NeedEvent

Kind = NeedEvent.Kind


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
            str(look.get_by_kind_display()),
            _("ask %s") % look.ask.code,
            reverse("admin:requests_app_ask_change", args=[look.ask_id]),
            "requests_app.view_ask",
        )
        for look in looks
    }


staff_log.register(
    LogSource(
        "events",
        lambda: NeedEvent.objects.filter(actor_kind=Kind.COORDINATOR),
        "at",
        "actor",
        LogKind.NEED,
        _read_events,
    )
)
staff_log.register(
    LogSource(
        "looks",
        lambda: AccessLogEntry.objects.filter(by_kind=Kind.COORDINATOR),
        "at",
        "by",
        LogKind.CONTACT,
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
