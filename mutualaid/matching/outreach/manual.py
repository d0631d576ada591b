"""What a coordinator decides about the invitations for a need: this person first, now, or not; stop, go on.

Each is written in the history of the need, without the name of whoever it was about.
"""

from django.db import transaction
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.admin.history import write_history
from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach.match_need import match_with
from mutualaid.matching.outreach.waves import invite
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from requests_app.models import Need


@transaction.atomic
def invite_one(match: Match, *, by: User) -> None:
    """Invite this person now, whatever the hour and the pace.

    Raises `StateChanged` where they were invited or left out already, for a need that is not open, and
    for a sensitive one, which is never sent out.
    """
    need = Need.objects.open().filter(pk=match.need_id).select_for_update().first()
    if need is None or match.need.category.sensitive:
        raise StateChanged("invite")
    if not invite(need, [match], clock.now()):
        raise StateChanged("invite")
    _log(need, by)


@transaction.atomic
def pin(match: Match, *, by: User) -> None:
    """Invite this person before all others, in the next wave. Raises `StateChanged` where they are pinned."""
    _pin(match, pinned=True, by=by)


@transaction.atomic
def pin_person(need: Need, person: User, *, by: User) -> None:
    """Invite this person before all others, also where others fit better and they are on no list yet.

    Raises `StateChanged` where they do not fit, and as `pin` does.
    """
    if not match_with(need, person):
        raise StateChanged("pin")
    _pin(Match.objects.get(need=need, offer__volunteer=person), pinned=True, by=by)


@transaction.atomic
def unpin(match: Match, *, by: User) -> None:
    """Invite this person when it is their turn. Raises `StateChanged` where they are not pinned."""
    _pin(match, pinned=False, by=by)


@transaction.atomic
def leave_out(match: Match, *, by: User) -> None:
    """Do not invite this person, and do not let them take it on.

    Raises `StateChanged` where they have answered already.
    """
    need = Need.objects.select_for_update().get(pk=match.need_id)
    if not Match.objects.filter(pk=match.pk).apply("leave_out", pinned=False):
        raise StateChanged("leave_out")
    _match_now(need)
    _log(need, by)


@transaction.atomic
def stop(need: Need, *, by: User) -> None:
    """Send no more waves for this need: a coordinator invites by hand.

    It is looked at anew, so that a look that is under way invites nobody.
    """
    set_waves(need, stopped=True)
    _log(need, by)


@transaction.atomic
def go_on(need: Need, *, by: User) -> None:
    """Send waves again, from now on."""
    set_waves(need, stopped=False)
    _log(need, by)


def set_waves(need: Need, *, stopped: bool) -> None:
    """Stop the waves for this need, or let them go on; no history is written. Call it in a transaction."""
    NeedSearch.objects.update_or_create(need=need, defaults={"stopped": stopped})
    _match_now(need)


def _pin(match: Match, *, pinned: bool, by: User) -> None:
    if not Match.objects.filter(pk=match.pk).exclude(pinned=pinned).update(pinned=pinned):
        raise StateChanged("pin")
    _match_now(match.need)
    _log(match.need, by)


def _match_now(need: Need) -> None:
    Need.objects.open().filter(pk=need.pk).update(match_due_at=Now())


def _log(need: Need, by: User) -> None:
    write_history(need, by=by, changed=["invitations"])
