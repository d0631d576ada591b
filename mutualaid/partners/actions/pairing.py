"""Getting to know another group's site, agreeing to help each other, and pausing or ending it (ADR 116)."""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from mutualaid.admin.history import write_history
from mutualaid.partners import keys, outbox, record
from mutualaid.partners.discovery import (
    NotRead,
    SiteDescription,
    Trouble,
    normal_site,
    read_site,
)
from mutualaid.partners.models import Partner, SigningKey
from mutualaid.partners.models.partner import PartnerQuerySet
from mutualaid.partners.protocol.messages import FORGETTING
from mutualaid.partners.signals import partner_ended
from mutualaid.partners.states import PARTNER_TRANSITIONS, PartnerState
from mutualaid.people.models import Membership, Role, User
from mutualaid.singleton.guards import DecidedTogether, check_alone
from mutualaid.transitions import StateChanged, apply_transition

AGREED = {"state": PartnerState.LIVE}
"""What a decision may reserve to members."""


class SecondPerson(Exception):
    """Whoever compared the digits does not agree for the group as well, while there is someone else."""


def read_partner(typed: str, *, by: User) -> Partner:
    """Read the site with this address, and put it on the list, its digits to be compared.

    It waits for the other site: call it outside of a transaction. Raises `NotRead`.
    """
    site = normal_site(typed)
    if _unended().filter(site=site).exists():
        raise NotRead(Trouble.SITE_KNOWN)
    return add_partner(read_site(site), by=by)


@transaction.atomic
def add_partner(found: SiteDescription, *, by: User) -> Partner:
    """Write down a site that was read. Raises `NotRead` where it, or its key, is known already."""
    if SigningKey.objects.filter(public_key=found.public_key).exists():
        raise NotRead(Trouble.OWN_SITE)
    if _unended().filter(previous_key=found.public_key).exists():
        raise NotRead(Trouble.KEY_KNOWN)
    try:
        with transaction.atomic():
            partner: Partner = Partner.objects.create(
                site=found.site,
                name=found.name,
                phone=found.phone,
                public_key=found.public_key,
                our_key=_locked_current_key(),
            )
    except IntegrityError as error:
        is_known = _unended().filter(site=found.site).exists()
        raise NotRead(Trouble.SITE_KNOWN if is_known else Trouble.KEY_KNOWN) from error
    write_history(partner, by=by, words="site read")
    return partner


@transaction.atomic
def compare_digits(partner: Partner, *, by: User) -> None:
    """Note that both groups read the same digits to each other. Raises `StateChanged`."""
    if _move(partner, "compare", compared_by=by, compared_at=Now()):
        write_history(partner, by=by, words="digits compared")


@transaction.atomic
def agree(partner: Partner, *, by: User) -> None:
    """Agree for the group, as the second coordinator; then the two groups help each other.

    A coordinator who is the only one agrees alone. Raises `DecidedTogether` where members decide, and
    `SecondPerson` and `StateChanged`.
    """
    check_alone(Partner, AGREED)
    others = Q() if is_only_coordinator(by) else ~Q(compared_by=by) | Q(compared_by=None)
    if _move(partner, "agree", others, agreed_by=by, live_at=Now()):
        write_history(partner, by=by, words="agreed")
        record.note_agreed(partner, by=by, decision=None)


@transaction.atomic
def agree_as_decided(partner: Partner, *, decision: int) -> None:
    """Let members' decision with this id be in force. Raises `StateChanged`."""
    if _move(partner, "agree", live_at=Now()):
        record.note_agreed(partner, by=None, decision=decision)


@transaction.atomic
def pause(partner: Partner, *, by: User) -> None:
    """Let nothing go to or come from this group until it is resumed. Raises `StateChanged`."""
    if _move(partner, "pause"):
        write_history(partner, by=by, words="paused")


@transaction.atomic
def resume(partner: Partner, *, by: User) -> None:
    """Go on with a group after a pause. Raises `StateChanged` unless it is paused, or live already."""
    if _move(partner, "resume"):
        write_history(partner, by=by, words="resumed")


@transaction.atomic
def end(partner: Partner, *, by: User, differs: bool = False) -> None:
    """End it with this group, at once and for good; does nothing where it has ended.

    `differs`: since the digits did. What waits to go there is cancelled, but for taking back and erasing.
    Referrals that are live end by `partner_ended`.
    """
    if not _move(partner, "end", ended_at=Now()):
        return
    outbox.cancel_all(partner, but=FORGETTING)
    partner_ended.send(Partner, partner=partner)
    write_history(partner, by=by, words="ended: digits differ" if differs else "ended")
    if partner.live_at:
        record.note_ended(partner, by=by)


@transaction.atomic
def take_over(partner: Partner, *, name: str, phone: str, by: User) -> None:
    """Call a group what its site says since, as the coordinator read it: `told_name` and `told_phone`.

    Raises `StateChanged` where it says something else by now.
    """
    seen = Partner.objects.filter(pk=partner.pk, told_name=name, told_phone=phone)
    new = {column: said for column, said in (("name", name), ("phone", phone)) if said}
    if not new or not seen.update(**new, told_name="", told_phone=""):
        raise StateChanged("take_over")
    write_history(partner, by=by, changed=sorted(new))


def members_agree() -> bool:
    """Whether members agree to another group by a decision, and no two people alone."""
    try:
        check_alone(Partner, AGREED)
    except DecidedTogether:
        return True
    return False


def is_only_coordinator(user: User) -> bool:
    """Whether there is no other active coordinator who could be the second person."""
    coordinators = Membership.objects.filter(role=Role.COORDINATOR, user__is_active=True)
    return not coordinators.exclude(user=user).exists()


def _unended() -> PartnerQuerySet:
    rows: PartnerQuerySet = Partner.objects.exclude(state=PartnerState.ENDED)
    return rows


def _locked_current_key() -> SigningKey:
    """Our key, which is not changed before this transaction ends: see `keys.rotate`."""
    key = keys.current_key()
    locked: SigningKey = SigningKey.objects.select_for_update().get(pk=key.pk)
    if locked.retired_at:
        raise StateChanged("key")
    return locked


def _move(partner: Partner, action: str, which: Q | None = None, **fields: object) -> bool:
    """Make a transition by one conditional update, and read the row anew; False where it is so already.

    Raises `SecondPerson` where only `which` stands against it, and `StateChanged` for any other state.
    """
    transition = PARTNER_TRANSITIONS[action]
    rows = Partner.objects.filter(pk=partner.pk)
    moved = apply_transition(rows.filter(which or Q()), transition, **fields)
    partner.refresh_from_db()
    if not moved and partner.state in transition.sources:
        raise SecondPerson
    if not moved and partner.state != transition.target:
        raise StateChanged(action)
    return bool(moved)
