"""The messages about a step with several needs, called back while they wait."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from mutualaid.notify.outbox import HeldBatch, recall
from mutualaid.policy.current import current_policy
from requests_app.coordinators import intake_coordinators
from requests_app.models import Claim, Need, NeedEvent
from requests_app.states import NeedAction, NeedState

TOLD: dict[str, tuple[str, ...]] = {
    NeedAction.CLOSE: ("need_closed",),
    NeedAction.PUBLISH: ("need_opened",),
}
"""The kinds of message about a need, its own or told with others of its ask, that wait after a step."""
TOLD_OF_CLAIMS: dict[str, tuple[str, ...]] = {
    NeedAction.CLOSE: ("claim_ended",),
    NeedAction.RELEASE: ("claim_ended", "claim_let_go", "need_reopened"),
}
"""The same about claims that ended in the step."""


class TooLate(Exception):
    """The messages about it have gone out, so the step can no longer be undone."""


def hold() -> timedelta:
    return timedelta(minutes=current_policy().change_notice_minutes)


def recall_messages(event: NeedEvent, reinstated: Mapping[Claim, list[Claim]]) -> None:
    """Cancel the messages about the step, but for those to volunteers whose claim stays ended.

    A message that tells of other needs of the ask too, or of the other claims with which one `reinstated`
    had ended, goes on without this one. Raises `TooLate` where one has gone out.
    """
    of_ask = Need.objects.filter(ask=event.need.ask_id)
    in_step = {"events__batch": event.batch, "events__at": event.at}
    rest = of_ask.filter(state=event.state, **in_step)
    if event.action == NeedAction.CLOSE:
        recall_to_coordinator(event)
    for kind in TOLD.get(event.action, ()):
        _recall(kind, of_ask, rest, event.batch)
    for claim, together in reinstated.items():
        of_volunteer = Claim.objects.of(claim.volunteer).filter(need__in=of_ask)
        ended = of_volunteer.filter(pk__in=[one.pk for one in together]).exclude(ended_at=None)
        for kind in TOLD_OF_CLAIMS[event.action]:
            _recall(kind, of_volunteer, ended, event.batch)


def recall_to_coordinator(closing: NeedEvent) -> None:
    """The message tells of what was closed in one step for one reason and one coordinator took in."""
    alike = NeedEvent.objects.filter(batch=closing.batch, at=closing.at, reason=closing.reason)
    took_in = intake_coordinators(
        list(Need.objects.filter(ask=closing.need.ask_id, events__in=alike))
    )
    mine = [pk for pk, one in took_in.items() if one == took_in.get(closing.need_id)]
    candidates = Need.objects.filter(pk__in=mine)
    rest = candidates.filter(state=NeedState.CLOSED)
    _recall("coordinator_need_closed", candidates, rest, closing.batch)


def _recall(kind: str, candidates: QuerySet[Any], rest: QuerySet[Any], code: str) -> None:
    """Cancel the message about one of the candidates, or let it be about the first of the `rest`."""
    batch = HeldBatch(code, hold())
    keys = [batch.key(kind, pk) for pk in candidates.values_list("pk", flat=True)]
    if not recall(keys, rest=rest.order_by("pk").values_list("pk", flat=True).first()):
        raise TooLate


def keys_of(batch: HeldBatch, event: NeedEvent) -> list[str]:
    kinds = TOLD.get(event.action, ())
    if event.action == NeedAction.CLOSE:
        kinds += ("coordinator_need_closed",)
    return [batch.key(kind, event.need_id) for kind in kinds]
