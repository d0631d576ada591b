"""What coordinators decide about people. The apps above do their part by signals, in the same transaction."""

from collections.abc import Collection
from typing import TYPE_CHECKING, TypedDict

from django.db import transaction
from django.dispatch import Signal

from mutualaid.admin.history import write_history
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.people.models import AccountContactPoint, BlockedContactPoint, Role, User
from mutualaid.people.roles import add_role, remove_role
from mutualaid.people.sessions import end_sessions
from mutualaid.people.signals import (
    contact_points_blocked,
    person_blocked,
    person_deactivated,
    standing_changed,
)
from mutualaid.transitions import StateChanged

if TYPE_CHECKING:
    from mutualaid.catalog.models import Locality


class PersonChanges(TypedDict, total=False):
    """What coordinators may say of a person: new values by field."""

    name: str
    locality: "Locality | None"
    language: str
    vetted: bool
    roles: Collection[str]


class NotAllowed(Exception):
    """No one decides about themself, nor about a superuser unless they are one too."""


class BlockedAlready(Exception):
    """This phone or e-mail is blocked already."""


@transaction.atomic
def change_person(user: User, changes: PersonChanges, *, by: User) -> list[str]:
    """Change what coordinators may say of a person.

    Someone who is no longer known to the group (`vetted`) is released from what only such people may do.
    Returns what ended, in sentences. Raises `NotAllowed` where they would give or take a role themself.
    """
    if "roles" in changes:
        _set_roles(user, set(changes["roles"]), by=by)
    columns = {name: value for name, value in changes.items() if name != "roles"}
    if not columns:
        return []
    for name, value in columns.items():
        setattr(user, name, value)
    ended = _send(standing_changed, user, by) if "vetted" in columns else []
    user.save(update_fields=list(columns))
    write_history(user, by=by, changed=columns)
    ended += _send(standing_changed, user, by) if "vetted" in columns else []
    return list(dict.fromkeys(ended))


@transaction.atomic
def deactivate_person(user: User, *, by: User) -> list[str]:
    """Switch a person off: they can no longer sign in, and all that they were to do ends.

    Live claims are released and the neighbours told; offers and invitations end. Returns what ended, in
    sentences. Raises `NotAllowed` about oneself or a superuser, and `StateChanged` where they are
    switched off already.
    """
    _check_may_decide(user, by)
    ended = _send(person_deactivated, user, by)
    if not User.objects.filter(pk=user.pk, is_active=True, erased_at=None).update(is_active=False):
        raise StateChanged("deactivate")
    user.is_active = False
    end_sessions([user])
    write_history(user, by=by, changed=["active"])
    ended += _send(person_deactivated, user, by)
    return list(dict.fromkeys(ended))


@transaction.atomic
def reactivate_person(user: User, *, by: User) -> None:
    """Let them sign in again. What ended does not begin again by itself.

    Raises `NotAllowed` about oneself or a superuser, and `StateChanged` where they are not switched off.
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

    They are signed out, live claims are released, an offer is paused. What was asked from there waits to
    be read. Returns the last block, and what ended, in sentences. Raises `BlockedAlready` where all of
    them are blocked, and `ValueError` where `text` holds neither a phone nor an e-mail.
    """
    points = fingerprints(text)
    if not points:
        raise ValueError("neither a phone nor an e-mail")
    blocks = list[BlockedContactPoint]()
    for point in sorted(points):
        row, is_new = BlockedContactPoint.objects.get_or_create(
            fingerprint=point, defaults={"reason": reason}
        )
        if is_new:
            blocks.append(row)
    if not blocks:
        raise BlockedAlready
    for row in blocks:
        write_history(row, by=by, words="blocked")
    new = {row.fingerprint for row in blocks}
    responses = contact_points_blocked.send(sender=BlockedContactPoint, fingerprints=new, by=by)
    ended = [str(sentence) for _receiver, sentence in responses if sentence]
    owners = AccountContactPoint.objects.filter(fingerprint__in=points).values("user")
    for user in User.objects.filter(pk__in=owners).exclude(pk=by.pk).order_by("pk"):
        ended += [f"{user}: {sentence}" for sentence in end_what_runs(user, by=by)]
    return blocks[-1], ended


@transaction.atomic
def end_what_runs(user: User, *, by: User | None) -> list[str]:
    """End what a person with a blocked contact point is doing, and sign them out; return it in sentences."""
    sentences = _send(person_blocked, user, by)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    sentences += _send(person_blocked, user, by)
    end_sessions([user])
    return list(dict.fromkeys(sentences))


@transaction.atomic
def lift_block(block: BlockedContactPoint, *, by: User) -> None:
    """Treat this contact point as any other again."""
    write_history(block, by=by, words="lifted")
    block.delete()


def _set_roles(user: User, roles: set[str], *, by: User) -> None:
    current = set(user.memberships.values_list("role", flat=True))
    if current == roles:
        return
    if user == by:
        raise NotAllowed
    for role in sorted(roles - current):
        add_role(user, Role(role), by=by)
    for role in sorted(current - roles):
        remove_role(user, Role(role), by=by)


def _check_may_decide(user: User, by: User) -> None:
    if user == by or (user.is_superuser and not by.is_superuser):
        raise NotAllowed


def _send(signal: Signal, user: User, by: User | None) -> list[str]:
    """Send a signal about a person; return the sentences with which receivers say what they ended.

    It is sent twice, before the account is locked and after: whoever claims, and every wave, locks a need
    first and accounts after it, so these changes do too. The second time ends what began meanwhile.
    """
    responses = signal.send(sender=User, user=user, by=by)
    return [str(sentence) for _receiver, sentence in responses if sentence]
