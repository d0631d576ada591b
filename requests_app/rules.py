"""Who may do and see what. Small sentences; pages and admin ask here, templates never decide."""

from collections.abc import Iterable

from mutualaid.people.models import BlockedContactPoint, User
from requests_app.access.exclusions import is_kept_from
from requests_app.models import Claim, Need
from requests_app.states import ASIDE, CHANGEABLE, NEED_TRANSITIONS, ON_THE_WAY, WAITING, NeedState


def is_trusted_with(user: User, need: Need) -> bool:
    return user.vetted or not need.category.vetted_only


def can_claim(user: User, need: Need) -> bool:
    """Whether they may take it on themselves; the state is decided by the database when they do.

    Not while a contact point of theirs is blocked: a coordinator may still give them one, knowingly.
    """
    is_for_all = not need.category.sensitive and not need.is_past
    is_blocked = BlockedContactPoint.objects.of_account(user).exists()
    return is_for_all and can_be_assigned(user, need) and not is_blocked


def can_be_assigned(user: User, need: Need) -> bool:
    """Whether a coordinator may give it to them."""
    return user.is_active and is_trusted_with(user, need) and not is_kept_from(user, need.ask)


def can_see_contact(user: User, claim: Claim) -> bool:
    """Only the volunteer, and only while they are on their way."""
    return (
        user.is_active
        and claim.volunteer_id == user.pk
        and claim.state in ON_THE_WAY
        and claim.need.state in (NeedState.OPEN, NeedState.CLAIMED)
        and not is_kept_from(user, claim.need.ask)
    )


def can_change(need: Need) -> bool:
    """Whether the neighbour can still change what they told us about it."""
    return need.state in CHANGEABLE


def can_change_ask(needs: Iterable[Need]) -> bool:
    """Whether what an ask shares can still be changed: while somebody may yet come because of it."""
    return any(need.state in (*CHANGEABLE, *ASIDE) for need in needs)


def can_change_kind(need: Need) -> bool:
    """Not while someone is on their way, who said yes to another kind."""
    return need.state in WAITING and not need.claims.live().exists()


def can_withdraw(need: Need) -> bool:
    return need.state in NEED_TRANSITIONS["withdraw"].sources


def can_keep_open(need: Need) -> bool:
    """An occurrence of a series ends with its day: there is another one next time."""
    return need.state in WAITING and need.series_id is None
