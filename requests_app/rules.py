"""Who may do and see what. Pages and admin decide by these; templates get the answers."""

from collections.abc import Iterable

from django.db.models import QuerySet

from mutualaid.people.introductions import is_newcomer
from mutualaid.people.models import BlockedContactPoint, Role, User
from requests_app.access.exclusions import is_kept_from
from requests_app.models import Ask, Claim, Need
from requests_app.newcomers import has_opened_contact
from requests_app.states import ASIDE, CHANGEABLE, NEED_TRANSITIONS, ON_THE_WAY, WAITING, NeedState


def is_trusted_with(user: User, need: Need) -> bool:
    """Whether the category is open to this volunteer: some are for vetted ones alone."""
    return user.vetted or not need.category.vetted_only


def can_claim(user: User, need: Need) -> bool:
    """Whether they may claim it themselves. The state is not looked at: the transition checks it.

    Not a sensitive one, nor while a contact point of their account is blocked: then a coordinator may
    still assign it to them.
    """
    is_claimable = not need.category.sensitive and not need.is_past
    is_blocked = BlockedContactPoint.objects.of_account(user).exists()
    return is_claimable and can_be_assigned(user, need) and not is_blocked


def can_be_assigned(user: User, need: Need) -> bool:
    """Whether a coordinator may assign it to them. The state is not looked at."""
    return user.is_active and is_trusted_with(user, need) and not is_kept_from(user, need.ask)


def can_see_name(user: User, need: Need) -> bool:
    """Whether someone who is invited may see the first name before a yes: not if they are new here."""
    return (
        need.state == NeedState.OPEN
        and not need.is_past
        and not is_newcomer(user)
        and not is_kept_from(user, need.ask)
    )


def can_see_name_on_claim(user: User, claim: Claim) -> bool:
    """Whether the volunteer of a claim may see the first name: on the way, and someone new once they looked.

    So someone new learns no more names by saying yes and letting go than contact details.
    """
    return can_see_contact(user, claim) and (
        claim.is_given or not is_newcomer(user) or has_opened_contact(user, claim.need.ask)
    )


def can_see_contact(user: User, claim: Claim) -> bool:
    """Whether they are the volunteer of this claim and on the way."""
    return (
        user.is_active
        and claim.volunteer_id == user.pk
        and claim.state in ON_THE_WAY
        and claim.need.state in (NeedState.OPEN, NeedState.CLAIMED)
        and not is_kept_from(user, claim.need.ask)
    )


def looks_after_all_asks(user: User) -> bool:
    """Whether the admin shows them every ask: coordinators, and who runs the site."""
    return user.is_active and (user.is_superuser or user.is_coordinator)


def asks_of_staff(user: User) -> QuerySet[Ask]:
    """The asks that the admin shows to this person: all, or those they took in on the phone, or none."""
    if looks_after_all_asks(user):
        return Ask.objects.all()
    if user.is_active and Role.INTAKE in user.roles:
        return Ask.objects.filter(taken_in_by=user)
    return Ask.objects.none()


def needs_of_staff(user: User) -> QuerySet[Need]:
    """The needs of `asks_of_staff`."""
    if looks_after_all_asks(user):
        return Need.objects.all()
    return Need.objects.filter(ask__in=asks_of_staff(user))


def can_change(need: Need) -> bool:
    """Whether the neighbour can still change what they told us about it."""
    return need.state in CHANGEABLE


def can_change_ask(needs: Iterable[Need]) -> bool:
    """Whether what these needs of an ask share can be changed: while someone may still come for one."""
    return any(need.state in (*CHANGEABLE, *ASIDE) for need in needs)


def can_change_kind(need: Need) -> bool:
    """Whether its category can be changed: not once someone has said yes to it."""
    return need.state in WAITING and not need.claims.live().exists()


def can_withdraw(need: Need) -> bool:
    return need.state in NEED_TRANSITIONS["withdraw"].sources


def can_keep_open(need: Need) -> bool:
    """Whether it can stay open longer: not an occurrence of a series, which ends with its day."""
    return need.state in WAITING and need.series_id is None
