"""Who may be asked for a thing, who may use it, and what stands in the way."""

from datetime import timedelta

from mutualaid.lending.models import Loan, Thing, ThingRequest
from mutualaid.lending.states import Mode
from mutualaid.people.models import BlockedContactPoint, User
from mutualaid.policy.current import current_policy, read_policy
from requests_app.access.exclusions import is_kept_from
from requests_app.models import Ask, Need
from requests_app.states import Urgency

ANSWER_HOURS = {Urgency.CRITICAL: 3, Urgency.HIGH: 12, Urgency.NORMAL: 48, Urgency.LOW: 72}
"""So long the owner alone is asked. Assumed, not measured (ADR 120)."""
SURPLUS_ANSWER_HOURS = 2


class LendingOff(Exception):
    """The group does not give and lend things, or no longer."""


class NotYours(Exception):
    """This thing, wish or loan is someone else's."""


def is_on() -> bool:
    """Whether the group gives and lends things, for a page."""
    return bool(current_policy().has_lending)


def check_on() -> None:
    """Raises `LendingOff`. For an action, which reads the policy anew."""
    if not read_policy().has_lending:
        raise LendingOff


def may_list(user: User) -> bool:
    """Whether they may list things: as with offers, also someone new; no one whom the group has blocked."""
    return user.is_active and not BlockedContactPoint.objects.of_account(user).exists()


def may_be_asked(thing: Thing, need: Need) -> bool:
    """Whether its owner may hear of this need: it is kept from no one of them, and they are still here."""
    owner = thing.owner
    if owner is None or need.held_back or need.category.sensitive or need.ask.veiled:
        return False
    return may_list(owner) and not is_kept_from(owner, need.ask)


def time_to_answer(request: ThingRequest) -> timedelta:
    """How long its owner alone is asked."""
    if request.thing.mode == Mode.SURPLUS:
        return timedelta(hours=SURPLUS_ANSWER_HOURS)
    return timedelta(hours=ANSWER_HOURS[Urgency(request.need.urgency)])


def is_owner(loan: Loan, by: "User | Ask | None") -> bool:
    return isinstance(by, User) and loan.thing.owner_id == by.pk


def is_borrower(loan: Loan, by: "User | Ask | None") -> bool:
    """Whether they borrowed it: by their account, or by the private link of their ask."""
    ask = loan.request.need.ask
    return ask.is_of(by) if isinstance(by, User) else by is not None and ask.pk == by.pk
