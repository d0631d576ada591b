"""A group that decides together: its members, a proposal, and its last moment without waiting for it."""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.decisions import actions
from mutualaid.decisions.effects import seal_of
from mutualaid.decisions.models import Answer, Decision
from mutualaid.decisions.sweep import JUMPED, PART, sweep_decisions
from mutualaid.health.heartbeats import beat
from mutualaid.health.models import Heartbeat
from mutualaid.notify.models import Notification
from mutualaid.people.models import User
from requests_app.actions import ContactDetails
from requests_app.models import Ask
from tests.support import factories

FOR, CAN_LIVE, CONCERN = Answer.IN_FAVOUR, Answer.CAN_LIVE, Answer.CONCERN
OTHER_WAVE = {"wave_minutes_normal": 33}
HEAVY = {"erase_days": 60}


def together(**values: Any) -> None:
    """The group decides together from now on."""
    factories.set_policy(has_decisions=True, **values)


def long_here(*people: User, days: int = 30) -> None:
    """They, or everyone, came so many days ago and signed in today."""
    found = User.objects.filter(pk__in=[one.pk for one in people]) if people else User.objects.all()
    found.update(created_at=Now() - timedelta(days=days), last_login=Now())


def member(name: str = "", *roles: Any, **fields: Any) -> User:
    """Someone who has a say."""
    user = factories.person(name, *roles, **fields)
    long_here(user)
    return user


def members(count: int) -> list[User]:
    return [member() for _ in range(count)]


def neighbours(count: int) -> list[Ask]:
    """Asks without an account that came a while ago, each of somebody else."""
    asks = [
        factories.ask(contact=ContactDetails(phone=f"608 555 01{at:02}")) for at in range(count)
    ]
    Ask.objects.update(created_at=Now() - timedelta(days=30))
    return asks


def proposed(by: User, values: Any = None, kind: str = "policy", **fields: Any) -> Decision:
    """A proposal to let waves of the usual urgency wait 33 minutes, unless named otherwise."""
    return actions.open_decision(kind, OTHER_WAVE if values is None else values, by=by, **fields)


def say(decision: Decision, answer: str, *people: User, reason: str = "") -> None:
    reason = reason or ("It is too much" if answer == CONCERN else "")
    for one in people:
        actions.speak(decision, by=one, answer=answer, reason=reason)


def sweeps_come_regularly() -> None:
    """They have come each minute for long: no clock has jumped."""
    Heartbeat.objects.filter(part=JUMPED).delete()
    beat(PART)


def last_moment_comes(decision: Decision) -> None:
    """Its time to answer is over just now, and nothing else about it is different."""
    sweeps_come_regularly()
    decision.refresh_from_db()
    lasted = decision.ends_at - decision.opened_at
    decision.ends_at = clock.now() - timedelta(seconds=1)
    decision.opened_at = decision.ends_at - lasted
    Decision.objects.filter(pk=decision.pk).update(
        ends_at=decision.ends_at, opened_at=decision.opened_at, seal=seal_of(decision)
    )


def closed(decision: Decision) -> Decision:
    """The same once its last moment has come, and a sweep."""
    last_moment_comes(decision)
    sweep()
    decision.refresh_from_db()
    return decision


def sweep() -> int:
    """One whole sweep; how many rows it had."""
    return sum(sweep_decisions())


def told(*kinds: str) -> list[tuple[str, int | None]]:
    """(kind, to whom) of each message of these kinds."""
    rows = Notification.objects.filter(kind__in=kinds)
    return sorted(rows.values_list("kind", "recipient"))
