"""What coordinators decide about people. Rooms above do their part by signals, in the same transaction."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from mutualaid.admin.history import write_history
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.people.models import AccountContactPoint, BlockedContactPoint, Role, User
from mutualaid.people.roles import add_role, remove_role
from mutualaid.people.sessions import end_sessions
from mutualaid.people.signals import person_blocked, person_deactivated, standing_changed
from mutualaid.transitions import StateChanged

OF_A_PERSON = ("name", "locality", "language", "vetted", "roles")


class NotAllowed(Exception):
    """Nobody decides about themself, nor about who runs the site unless they run it too."""


class BlockedAlready(Exception):
    """This phone or e-mail is blocked already."""


@transaction.atomic
def change_person(user: User, given: Mapping[str, Any], *, by: User) -> None:
    """Change what coordinators may say of a person: fields named in `OF_A_PERSON`.

    Raises `NotAllowed` where they would give or take a role themself.
    """
    fields = dict(given)
    roles = fields.pop("roles", None)
    if roles is not None:
        _set_roles(user, set(roles), by=by)
    if not fields:
        return
    for name, value in fields.items():
        setattr(user, name, value)
    user.save(update_fields=list(fields))
    words = [str(User._meta.get_field(name).name) for name in fields]
    write_history(user, by=by, changed=words)
    if "vetted" in fields:
        standing_changed.send(sender=User, user=user)


@transaction.atomic
def deactivate_person(user: User, *, by: User) -> list[str]:
    """Switch a person off: they can no longer sign in, and all that they were to do ends.

    Live claims are released and the neighbours told; offers and invitations end. Returns what ended, in
    sentences. Raises `NotAllowed`, and `StateChanged` where they are switched off already.
    """
    _check_may_decide(user, by)
    if not User.objects.filter(pk=user.pk, is_active=True, erased_at=None).update(is_active=False):
        raise StateChanged("deactivate")
    user.is_active = False
    end_sessions([user])
    write_history(user, by=by, changed=["active"])
    return _ended(person_deactivated, user, by)


@transaction.atomic
def reactivate_person(user: User, *, by: User) -> None:
    """Let them sign in again. What ended does not begin again by itself.

    Raises `NotAllowed`, and `StateChanged` where they are not switched off.
    """
    _check_may_decide(user, by)
    if not User.objects.filter(pk=user.pk, is_active=False, erased_at=None).update(is_active=True):
        raise StateChanged("reactivate")
    user.is_active = True
    write_history(user, by=by, changed=["active"])


@transaction.atomic
def block_contact_points(
    text: str, *, reason: str, by: User
) -> tuple[BlockedContactPoint, list[str]]:
    """Block each phone and e-mail in `text`. Of accounts that have one, what they are doing ends.

    They are signed out, live claims are released, an offer is paused. Returns the last block, and what
    ended, in sentences. Raises `BlockedAlready` where all of them are, and `ValueError` where there are none.
    """
    points = fingerprints(text)
    if not points:
        raise ValueError("neither a phone nor an e-mail")
    made = list[BlockedContactPoint]()
    for point in sorted(points):
        row, is_new = BlockedContactPoint.objects.get_or_create(
            fingerprint=point, defaults={"reason": reason}
        )
        made += [row] if is_new else []
    if not made:
        raise BlockedAlready
    for row in made:
        write_history(row, by=by, words="blocked")
    owners = AccountContactPoint.objects.filter(fingerprint__in=points).values("user")
    ended = list[str]()
    for user in User.objects.filter(pk__in=owners).exclude(pk=by.pk):
        end_sessions([user])
        ended += [f"{user}: {one}" for one in _ended(person_blocked, user, by)]
    return made[-1], ended


@transaction.atomic
def lift_block(block: BlockedContactPoint, *, by: User) -> None:
    """Ask and write to this contact point as to any other again."""
    write_history(block, by=by, words="lifted")
    block.delete()


def _set_roles(user: User, wanted: set[str], *, by: User) -> None:
    has = set(user.memberships.values_list("role", flat=True))
    if has == wanted:
        return
    if user == by:
        raise NotAllowed
    for role in sorted(wanted - has):
        add_role(user, Role(role), by=by)
    for role in sorted(has - wanted):
        remove_role(user, Role(role), by=by)


def _check_may_decide(user: User, by: User) -> None:
    if user == by or (user.is_superuser and not by.is_superuser):
        raise NotAllowed


def _ended(signal: Signal, user: User, by: User) -> list[str]:
    answers = signal.send(sender=User, user=user, by=by)
    return [str(words) for _receiver, words in answers if words]
