"""Who may do and see what. Small sentences; pages and admin ask here, templates never decide."""

from mutualaid.people.models import User
from requests_app.models import Claim, Need
from requests_app.states import CHANGEABLE, NEED_MOVES, ON_THE_WAY, WAITING, NeedState


def is_own_need(user: User, need: Need) -> bool:
    return need.asked_by_id is not None and need.asked_by_id == user.pk


def is_trusted_with(user: User, need: Need) -> bool:
    return user.vetted or not need.category.vetted_only


def is_kept_from(user: User, need: Need) -> bool:
    """Whether coordinators noted that she must never hear of it."""
    return need.exclusions.filter(person=user).exists()


def can_claim(user: User, need: Need) -> bool:
    """Whether she may take it on herself; the state is decided by the database when she does."""
    return (
        user.is_active
        and not is_own_need(user, need)
        and is_trusted_with(user, need)
        and not need.category.sensitive
        and not is_kept_from(user, need)
    )


def can_be_assigned(user: User, need: Need) -> bool:
    """Whether a coordinator may give it to her."""
    return (
        user.is_active
        and not is_own_need(user, need)
        and is_trusted_with(user, need)
        and not is_kept_from(user, need)
    )


def can_see_contact(user: User, claim: Claim) -> bool:
    """Only the volunteer, and only while she is on her way."""
    return (
        user.is_active
        and claim.volunteer_id == user.pk
        and claim.state in ON_THE_WAY
        and claim.need.state in (NeedState.OPEN, NeedState.CLAIMED)
        and not is_kept_from(user, claim.need)
    )


def can_change(need: Need) -> bool:
    """Whether the neighbour can still change what she told us."""
    return need.state in CHANGEABLE


def can_change_kind(need: Need) -> bool:
    """Not while somebody is on her way, who said yes to another kind."""
    return need.state in WAITING and not need.claims.live().exists()


def can_withdraw(need: Need) -> bool:
    return need.state in NEED_MOVES["withdraw"].sources
