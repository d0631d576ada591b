"""What a coordinator says about the asks for a need: ask her first, ask her now, leave her out, stop."""

from django.db import transaction
from django.db.models.functions import Now

from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach.waves import ask
from requests_app.models import Need


@transaction.atomic
def ask_one(match: Match) -> bool:
    """Ask this person now, whatever the hour and the pace; returns whether she is asked now.

    A sensitive need is never sent out, and a need that is not open asks nobody.
    """
    need = Need.objects.open().filter(pk=match.need_id).select_for_update().first()
    if need is None or match.need.category.sensitive:
        return False
    return ask(match)


@transaction.atomic
def pin(match: Match, *, pinned: bool = True) -> None:
    """Ask this person before all others, in the next wave; or no longer."""
    Match.objects.filter(pk=match.pk).update(pinned=pinned)
    _look_now(match.need)


@transaction.atomic
def leave_out(match: Match) -> bool:
    """Do not ask this person for this need, and let her not take it on; returns whether it was possible."""
    need = Need.objects.select_for_update().get(pk=match.need_id)
    left_out = Match.objects.filter(pk=match.pk).move("leave_out", pinned=False)
    _look_now(need)
    return bool(left_out)


@transaction.atomic
def stop(need: Need) -> None:
    """Send no more waves for this need: a coordinator asks by hand."""
    NeedSearch.objects.update_or_create(need=need, defaults={"stopped": True})


@transaction.atomic
def go_on(need: Need) -> None:
    """Send waves again, from now on."""
    NeedSearch.objects.update_or_create(need=need, defaults={"stopped": False})
    _look_now(need)


def _look_now(need: Need) -> None:
    Need.objects.open().filter(pk=need.pk).update(match_due_at=Now())
