"""Who changed what: fields in the history of a need, as the words that stand in an event's `reason`."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from requests_app.models import NeedEvent
from requests_app.states import NeedAction

WRITES = (
    NeedAction.CHANGE, NeedAction.EXTEND, NeedAction.RESUME, NeedAction.MERGE, NeedAction.UNMERGE,
)  # fmt: skip
"""What may write a field that a coordinator can change as well."""
ON_PAGES = {
    "category": "kind",
    "locality": "where",
    "urgency": "when",
    "needed_by": "when",
    "week_parts": "when",
    "people_count": "people",
}
"""What the neighbour's pages call a field."""
MOST_LETTERS = 60
MOST_READ = 20


def reason_of(fields: Iterable[str]) -> str:
    """The names of these fields for an event, as many as fit: "needed_by,urgency"."""
    reason = ""
    for name in sorted(fields):
        if len(reason) + len(name) < MOST_LETTERS:
            reason += f",{name}" if reason else name
    return reason


def who_changed(events: QuerySet[NeedEvent], field: str) -> str:
    """Who wrote `field` last, as the history tells; a coordinator by name, a neighbour never."""
    writes = events.filter(action__in=WRITES).select_related("actor").order_by("-at", "-pk")
    latest = list(writes[:MOST_READ])
    words = {field, ON_PAGES.get(field, field)}
    named = [event for event in latest if words & set(event.reason.split(","))]
    if not latest:
        return _("Someone else")
    event = (named or latest)[0]
    if event.actor and event.actor_kind == NeedEvent.Kind.COORDINATOR:
        return str(event.actor)
    return capfirst(event.get_actor_kind_display())
