"""Take a step with several needs, undo it, and look at how they and their messages stand."""

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from mutualaid.notify.models import Notification
from mutualaid.people.models import User
from requests_app import actions
from requests_app.actions.undoing import Undone
from requests_app.lifecycle.actors import Actor
from requests_app.models import Claim, Need, NeedEvent
from requests_app.states import CloseReason
from tests.support.people import MAIL, ask_by

LIST = "/admin/requests_app/need/"
MESSAGES = ("need_closed", "claim_ended", "coordinator_need_closed")


def close(*needs: Need, me: Actor) -> str:
    """Close these needs in one step; returns the code by which it can be undone."""
    result = actions.close_needs(needs, by=me, reason=CloseReason.UNABLE)
    assert len(result.closed) == len(needs)
    return result.code


def undo(code: str, me: Actor) -> dict[str, int]:
    """Undo a closing; returns the counts that are not 0."""
    undone = actions.undo_step(code, by=me)
    return {name: count for name, count in zip(Undone._fields, undone, strict=True) if count}


def states(*needs: Need) -> list[str]:
    return [Need.objects.get(pk=need.pk).state for need in needs]


def messages(state: str) -> dict[str, int]:
    """How many messages about a closing are in this state, by kind."""
    rows = Notification.objects.filter(kind__in=MESSAGES, state=state)
    return {kind: rows.filter(kind=kind).count() for kind in MESSAGES if rows.filter(kind=kind)}


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def confirm(admin: Any, page: str, *, to: str = LIST) -> str:
    """Send the form of the page that shows what a step would do, as a browser would."""
    inputs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    body = {name: value for name, value in inputs if name != "csrfmiddlewaretoken"}
    return text(admin.post(to, body, follow=True))


def claimed(by: User, need: Need | None = None) -> Claim:
    return actions.claim_need(need or ask_by(MAIL), by=by, weekly_limit=5)


def pass_the_span() -> None:
    """As if the policy's ten minutes had gone by since every closing."""
    earlier = timezone.now() - timedelta(minutes=11)
    Need.objects.exclude(closed_at=None).update(closed_at=earlier)
    NeedEvent.objects.update(at=earlier)
    Notification.objects.filter(kind__in=MESSAGES).update(due_at=earlier)
