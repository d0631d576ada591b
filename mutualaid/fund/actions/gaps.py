"""What a restore took away of the pots, and that it is written down again."""

from datetime import datetime

from django.db import transaction

from mutualaid.fund.lifecycle import lock_approver
from mutualaid.fund.models import RestoreGap
from mutualaid.people.models import User
from mutualaid.policy.current import read_policy


def note_gap(*, since: datetime) -> None:
    """Where a group has pots, tell approvers that a backup of this moment was put back just now."""
    if read_policy().has_pot:
        RestoreGap.objects.create(since=since)


@transaction.atomic
def close_gaps(*, last: int, by: User) -> None:
    """Say that all is written down again of the gaps up to the one with the id `last`, which the page showed.

    Raises `NotForYou` for whoever is no approver.
    """
    lock_approver(by)
    RestoreGap.objects.filter(pk__lte=last).delete()
