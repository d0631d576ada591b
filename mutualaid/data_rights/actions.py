from contextlib import suppress

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import QuerySet

from mutualaid.fund.actions import end_money_of
from mutualaid.matching.actions import decline
from mutualaid.matching.models import Match
from mutualaid.matching.states import INVITED
from mutualaid.people.models import User
from mutualaid.people.roles import check_not_the_last
from mutualaid.people.sessions import end_sessions
from mutualaid.retention.erasing import erase
from mutualaid.retention.terms import ACCOUNT
from offers_app.models import Offer
from requests_app.actions import StateChanged, release_claims_of
from requests_app.lifecycle.actors import volunteer


@transaction.atomic
def erase_account(user: User, *, even_the_last: bool = False) -> None:
    """Release their claims, have others invited in their place, and erase who they are.

    A row without a name stays, so that the history of what was done keeps its counts (ADR 23). What they
    asked for goes on without the account, on its private link. Idempotent. Raises `LastOfRole` for the
    last coordinator and the last site keeper unless `even_the_last`, as where it was erased before.
    """
    release_claims_of(user, by=volunteer(user))
    for match in Match.objects.of(user).filter(state__in=INVITED):
        with suppress(StateChanged):
            decline(match)
    if not even_the_last:
        check_not_the_last(user)
    # Needs are locked before accounts, as whoever claims does; this ends what began meanwhile.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    release_claims_of(user, by=volunteer(user))
    end_money_of(user, by=None)
    _log_entries_about_offers_of(user).delete()
    erase(ACCOUNT, [user.pk])
    end_sessions([user])


def _log_entries_about_offers_of(user: User) -> QuerySet[LogEntry]:
    """What the admin's log says of their offer, which goes with the account."""
    offers = Offer.objects.filter(volunteer=user).values_list("pk", flat=True)
    ids = [str(pk) for pk in offers]
    return LogEntry.objects.filter(content_type__model="offer", object_id__in=ids)
