"""What coordinators decide about people. The apps above do their part by signals, in the same transaction."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, TypedDict

from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.history import write_history
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.people.decisions import DecisionKind, NeedsTwoPeople, NotAllowed, register
from mutualaid.people.models import (
    STAFF,
    AccountContactPoint,
    BlockedContactPoint,
    Membership,
    Role,
    User,
)
from mutualaid.people.roles import add_role, check_not_the_last, note_roles, remove_role
from mutualaid.people.sessions import end_sessions
from mutualaid.people.sign_in import second_factor
from mutualaid.people.sign_in.actions import remove_second_factor
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
    """What coordinators may say of a person: new values by field.

    `roles` are those that open no admin; `areas` those that a coordinator looks after.
    """

    name: str
    locality: "Locality | None"
    language: str
    vetted: bool
    roles: Collection[str]
    areas: "Collection[Locality]"


class BlockedAlready(Exception):
    """This phone or e-mail is blocked already."""


@transaction.atomic
def change_person(user: User, changes: PersonChanges, *, by: User) -> list[str]:
    """Change what coordinators may say of a person.

    Someone who is no longer known to the group (`vetted`) is released from what only such people may do.
    Returns what ended, in sentences. Raises `NotAllowed` about a superuser, and where they would give or
    take a role themself or say that they are known to the group; `NeedsTwoPeople` for a role of `STAFF`.
    """
    is_of_oneself = user == by and {"vetted", "roles"} & changes.keys()
    if is_of_oneself or (user.is_superuser and not by.is_superuser):
        raise NotAllowed
    if "roles" in changes:
        _set_roles(user, set(changes["roles"]), by=by)
    if "areas" in changes:
        for membership in Membership.objects.filter(user=user, role=Role.COORDINATOR):
            membership.areas.set(changes["areas"])
        write_history(user, by=by, changed=["areas"])
    columns = {name: value for name, value in changes.items() if name not in ("roles", "areas")}
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
    sentences. Raises `NotAllowed` about oneself or a superuser, `NeedsTwoPeople` for someone of the team,
    and `StateChanged` where they are switched off already.
    """
    _check_may_decide_alone(user, by)
    ended = _deactivate(user, by=by)
    # Once more under the lock: two may have given them a role since.
    _check_may_decide_alone(User.objects.get(pk=user.pk), by)
    return ended


@transaction.atomic
def sign_out_everywhere(user: User, *, by: User) -> int:
    """End all sessions of a person; return how many there were. They may sign in again at once.

    Raises `NotAllowed` about a superuser, unless `by` is one.
    """
    if user.is_superuser and not by.is_superuser:
        raise NotAllowed
    write_history(user, by=by, words="signed out everywhere")
    return end_sessions([user])


def _deactivate(user: User, *, by: User) -> list[str]:
    """Raises `StateChanged` where they are switched off, and `LastOfRole` for the last of such a role."""
    ended = _send(person_deactivated, user, by)
    check_not_the_last(user)
    if not User.objects.filter(pk=user.pk, is_active=True, erased_at=None).update(is_active=False):
        raise StateChanged("deactivate")
    user.is_active = False
    end_sessions([user])
    write_history(user, by=by, changed=["active"])
    note_roles("role.off", user, user.roles, by=by)
    ended += _send(person_deactivated, user, by)
    return list(dict.fromkeys(ended))


@transaction.atomic
def reactivate_person(user: User, *, by: User) -> None:
    """Let them sign in again. What ended does not begin again by itself.

    Raises `NotAllowed` about oneself or a superuser, `NeedsTwoPeople` for someone of the team, and
    `StateChanged` where they are not switched off.
    """
    _check_may_decide_alone(user, by)
    _reactivate(user, by=by)


def _reactivate(user: User, *, by: User) -> None:
    """Raises `StateChanged` where they are not switched off."""
    if not User.objects.filter(pk=user.pk, is_active=False, erased_at=None).update(is_active=True):
        raise StateChanged("reactivate")
    user.is_active = True
    write_history(user, by=by, changed=["active"])
    note_roles("role.on", user, user.roles, by=by)


@transaction.atomic
def block_contact_points(
    text: str, *, reason: str, by: User
) -> tuple[BlockedContactPoint, list[str]]:
    """Block each phone and e-mail in `text`. Of accounts that have one, what they are doing ends.

    They are signed out, live claims are released, an offer is paused. What was asked from there waits to
    be read. Returns the last block, and what ended, in sentences. Raises `BlockedAlready` where all of
    them are blocked, `NeedsTwoPeople` where one is of someone of the team, who is switched off by two
    first, and `ValueError` where `text` holds neither a phone nor an e-mail.
    """
    points = fingerprints(text)
    if not points:
        raise ValueError("neither a phone nor an e-mail")
    of_the_team = Q(is_superuser=True) | Q(memberships__role__in=STAFF)
    owns_one = Q(contact_points__fingerprint__in=points, is_active=True)
    if User.objects.filter(of_the_team, owns_one).exists():
        raise NeedsTwoPeople
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


@transaction.atomic
def leave_role(user: User, role: Role, *, here: str | None = None) -> None:
    """Give up a role of one's own: it takes no one else. Their sessions end, but that with the key `here`.

    Raises `LastOfRole` for the last who has it.
    """
    remove_role(user, role, by=user, but=here)


def opens_admin(user: User) -> bool:
    """Whether two people decide about this person, for the admin is, or was, open to them."""
    return user.is_superuser or bool(STAFF & user.roles)


def _set_roles(user: User, roles: set[str], *, by: User) -> None:
    """Give and take roles that open no admin. Raises `NeedsTwoPeople` for others."""
    if roles & STAFF:
        raise NeedsTwoPeople
    current = user.roles - STAFF
    for role in sorted(roles - current):
        add_role(user, Role(role), by=by)
    for role in sorted(current - roles):
        remove_role(user, Role(role), by=by)


def _check_may_decide_alone(user: User, by: User) -> None:
    if user == by or (user.is_superuser and not by.is_superuser):
        raise NotAllowed
    if opens_admin(user):
        raise NeedsTwoPeople


def _send(signal: Signal, user: User, by: User | None) -> list[str]:
    """Send a signal about a person; return the sentences with which receivers say what they ended.

    It is sent twice, before the account is locked and after: whoever claims, and every wave, locks a need
    first and accounts after it, so these changes do too. The second time ends what began meanwhile.
    """
    responses = signal.send(sender=User, user=user, by=by)
    return [str(sentence) for _receiver, sentence in responses if sentence]


class _RoleDecision:
    """Give or take one role of `STAFF`."""

    def __init__(self, role: Role) -> None:
        self.role = role

    def can_be_given(self, user: User) -> bool:
        return user.is_active and self.role not in user.roles

    def can_be_taken(self, user: User) -> bool:
        return self.role in user.roles

    def give(self, about: User, *, by: User, agreed_by: User) -> Sequence[str]:
        """Raises `StateChanged` where they are switched off or erased by now."""
        active = User.objects.select_for_update(no_key=True).filter(pk=about.pk, is_active=True)
        if not active.exists():
            raise StateChanged("give a role")
        add_role(about, self.role, by=agreed_by)
        return ()

    def take(self, about: User, *, by: User, agreed_by: User) -> Sequence[str]:
        """Their sessions end. Raises `LastOfRole` for the last of such a role."""
        remove_role(about, self.role, by=agreed_by)
        end_sessions([about])
        return ()


def _deactivate_by_two(about: User, *, by: User, agreed_by: User) -> Sequence[str]:
    return _deactivate(about, by=agreed_by)


def _reactivate_by_two(about: User, *, by: User, agreed_by: User) -> Sequence[str]:
    _reactivate(about, by=agreed_by)
    return ()


def _remove_second_factor_by_two(about: User, *, by: User, agreed_by: User) -> Sequence[str]:
    remove_second_factor(about, by=by, agreed_by=agreed_by)
    return ()


def _register_decisions() -> None:
    for role in Role:
        if role in STAFF:
            about = _RoleDecision(role)
            give = format_lazy(_("Give the role: {role}"), role=role.label)
            take = format_lazy(_("Take the role: {role}"), role=role.label)
            register(DecisionKind(f"give_{role}", give, about.can_be_given, about.give))
            register(DecisionKind(f"take_{role}", take, about.can_be_taken, about.take))
    register(
        DecisionKind(
            "deactivate",
            _("Switch them off: they can no longer sign in"),
            lambda user: user.is_active and opens_admin(user),
            _deactivate_by_two,
        )
    )
    register(
        DecisionKind(
            "remove_second_factor",
            _("Remove their second factor, because they have lost it"),
            second_factor.has_factor,
            _remove_second_factor_by_two,
        )
    )
    register(
        DecisionKind(
            "reactivate",
            _("Switch them on again"),
            lambda user: not user.is_active and not user.erased_at and opens_admin(user),
            _reactivate_by_two,
        )
    )


_register_decisions()
