"""What becomes of what a volunteer took on: its ways to end, where it stands, and who was told."""

from collections.abc import Callable

from mutualaid.notify.models import Notification
from requests_app import actions
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim, Need

WAYS_TO_END: dict[str, Callable[[Claim], object]] = {
    "deliver": lambda claim: actions.deliver_claim(claim, by=volunteer(claim.volunteer)),
    "release": lambda claim: actions.release_claim(claim, by=volunteer(claim.volunteer)),
    "withdraw": lambda claim: actions.withdraw_need(claim.need),
}


def state(claim: Claim) -> tuple[str, str]:
    """The state of the claim and that of its need, as the database has them now."""
    claim.refresh_from_db()
    return claim.state, Need.objects.get(pk=claim.need_id).state


def sent(kind: str) -> int:
    """How many messages of this kind there are, sent or about to be."""
    return Notification.objects.filter(kind=kind).count()
