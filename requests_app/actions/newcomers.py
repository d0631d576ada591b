"""What makes someone new known to the group, and which needs someone new may take without being invited."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models.functions import Now

from mutualaid.people.introductions import introduce_after_help
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.transitions import StateChanged
from requests_app.access.exclusions import asks_kept_from
from requests_app.lifecycle.actors import Actor, Kind
from requests_app.lifecycle.transitions import lock_need, log_event
from requests_app.models import Ask, Claim, Need
from requests_app.states import ClaimState, NeedState


@transaction.atomic
def set_for_newcomers(need: Need, fine: bool, *, by: Actor) -> None:
    """Let someone new take this need without being invited, or no longer.

    Raises `StateChanged` where that is so already, or the need is closed.
    """
    action = "for_newcomers" if fine else "not_for_newcomers"
    lock_need(need)
    row = Need.objects.filter(pk=need.pk).exclude(for_newcomers=fine)
    if row.exclude(state=NeedState.CLOSED).update(for_newcomers=fine) != 1:
        raise StateChanged(action)
    need.for_newcomers = fine
    log_event(need, action, by=by)


def note_read(ask: Ask, *, by: Actor) -> None:
    """Note the first time that a coordinator reads an ask or speaks with its neighbour: its help counts.

    By anyone else it does nothing. Call it in a transaction, before a need is locked: it locks the ask.
    """
    note_all_read([ask.pk], by=by)


def note_all_read(asks: Collection[int], *, by: Actor) -> None:
    """Do what `note_read` does for several asks, by their ids."""
    if by.kind != Kind.COORDINATOR:
        return
    unread = Ask.objects.filter(pk__in=asks, read_at=None)
    read = list(unread.select_for_update().order_by("pk").values_list("pk", flat=True))
    if read and unread.filter(pk__in=read).update(read_at=Now()):
        confirmed = Claim.objects.filter(need__ask__in=read, state=ClaimState.CONFIRMED)
        count_help_of(User.objects.filter(pk__in=confirmed.values("volunteer")))


def count_help_of(users: Iterable[User]) -> None:
    """Make those known who have helped as many households as the policy's `helps_until_known`.

    A help counts once the neighbour confirmed it and a coordinator has read the ask or spoken with them;
    else someone could help themself under another name.
    """
    for user in sorted(users, key=lambda user: user.pk):  # accounts are locked in this order
        helps = Claim.objects.of(user).filter(
            state=ClaimState.CONFIRMED, need__ask__read_at__isnull=False
        )
        households = helps.exclude(need__ask__in=asks_kept_from(user)).values("need__ask")
        if households.distinct().count() >= current_policy().helps_until_known:
            introduce_after_help(user)
