"""Who is new, who has been met, and how someone comes to be known (ADR 46).

Someone is *known* once a coordinator says so, once enough of their help arrived, or if the group trusts
them with more (`vetted`, coordinators). A member who vouches only says that they have *met*: that ends
the waiting where a group meets people first, and the person still begins small.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from mutualaid.admin.history import write_history
from mutualaid.people.models import (
    BlockedContactPoint,
    Introduction,
    Membership,
    Role,
    User,
)
from mutualaid.people.signals import person_introduced
from mutualaid.policy.current import current_policy
from mutualaid.policy.limits import Joining
from mutualaid.transitions import StateChanged

How = Introduction.How
KNOWN = (How.COORDINATOR, How.FIRST_HELP)
MET = (*KNOWN, How.MEMBER)
FINAL = (*KNOWN, How.TAKEN_BACK)
"""No help changes these."""

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters that are mistaken for others when read out."""
CODE_LENGTH = 6
"""30^6 = 7.3e8 codes for each account; typing one is rate limited."""
MOST_DIGITS = 9
"""Of the number of an account."""


@dataclass(frozen=True)
class Standing:
    """What someone new is told about how they begin.

    `code` is what they show to a member, while they wait to be met; `helps` is how many households' help
    makes them known, and `days` the policy's `newcomer_contact_days`.
    """

    waits: bool
    must_talk: bool
    code: str
    meeting_words: str
    helps: int
    days: int


class NotKnown(Exception):
    """Only someone whom the group knows can vouch for others."""


def is_newcomer(user: User) -> bool:
    """Whether they begin small now: not where the policy is open to everyone from the first day."""
    return current_policy().joining != Joining.OPEN and not is_known(user)


def is_known(user: User) -> bool:
    """Whether the group knows them, whatever the policy."""
    return user.vetted or user.is_staff or _introduced(user, KNOWN)


def waits_to_be_met(user: User) -> bool:
    """Whether their offer waits until one of us has met them."""
    return current_policy().joining == Joining.MEET_FIRST and not (
        is_known(user) or _introduced(user, MET)
    )


def introduction_of(user: User) -> Introduction | None:
    return getattr(user, "introduction", None)


def standing_of(user: User) -> Standing | None:
    """How someone new begins; None for everyone else."""
    if not is_newcomer(user):
        return None
    policy = current_policy()
    waits, must_talk = waits_to_be_met(user), _introduced(user, (How.TAKEN_BACK,))
    return Standing(
        waits=waits,
        must_talk=must_talk,
        code=code_of(user) if waits and not must_talk else "",
        meeting_words=policy.meeting_words,
        helps=policy.helps_until_known,
        days=policy.newcomer_contact_days,
    )


def known(path: str = "") -> Q:
    """Filter for accounts that are known; `path` leads to the account, as "volunteer"."""
    return _trusted(path) | Q(Exists(_introductions(path, KNOWN)))


def met(path: str = "") -> Q:
    """Filter for accounts that are known or have been met; `path` as for `known`."""
    return _trusted(path) | Q(Exists(_introductions(path, MET)))


def newcomers() -> QuerySet[User]:
    """Accounts that begin small now."""
    if current_policy().joining == Joining.OPEN:
        return User.objects.none()
    return User.objects.exclude(known())


@transaction.atomic
def introduce(user: User, *, by: User) -> None:
    """A coordinator knows this person: they are no longer new.

    Raises `StateChanged` where the group knows them already.
    """
    if is_known(_lock(user)):
        raise StateChanged("introduce")
    _write(user, How.COORDINATOR, by=by)
    write_history(user, by=by, words="introduced")
    person_introduced.send(sender=User, user=user)


@transaction.atomic
def take_back_introduction(user: User, *, by: User) -> None:
    """They begin small again, until a coordinator says otherwise: no help and no member ends that.

    What they said yes to stays. Raises `StateChanged` where it was taken back before, and for someone
    the group trusts with more (`vetted`, coordinators): that is taken from them first.
    """
    _lock(user)
    if user.vetted or user.is_staff or _introduced(user, (How.TAKEN_BACK,)):
        raise StateChanged("take_back")
    _write(user, How.TAKEN_BACK, by=by)
    write_history(user, by=by, words="introduction taken back")


@transaction.atomic
def vouch(user: User, *, by: User) -> None:
    """A member says that they have met this person. Both names stand in the introduction.

    Raises `NotKnown` where the member is new or blocked themself or vouches for themself, and
    `StateChanged` where the person has been introduced already, or a coordinator wants to talk with them.
    """
    is_blocked = BlockedContactPoint.objects.of_account(by).exists()
    if user == by or is_blocked or not is_known(by):
        raise NotKnown
    _lock(user)
    if is_known(user) or Introduction.objects.filter(person=user).exists():
        raise StateChanged("vouch")
    _write(user, How.MEMBER, by=by)
    person_introduced.send(sender=User, user=user)


@transaction.atomic
def introduce_after_help(user: User) -> None:
    """Enough of their help arrived: they are no longer new. Nothing where a coordinator took that back.

    A member who had vouched stays named.
    """
    if _introduced(user, FINAL):
        return
    _lock(user)
    row = Introduction.objects.filter(person=user).first()
    if row and row.how in FINAL:
        return
    _write(user, How.FIRST_HELP, by=row.by if row else None)


def code_of(user: User) -> str:
    """What someone shows to whoever vouches for them or notes hours with them, as "17-ABC-234".

    It is derived from the account and stored nowhere. Who knows it can do nothing but these two.
    """
    letters = _letters(user.pk)
    return f"{user.pk}-{letters[:3]}-{letters[3:]}"


def by_code(typed: str) -> User | None:
    """Return the person whose code this is, in any spelling; None where it is no code of an account.

    Also for someone who is known by now, or switched off.
    """
    number, _, letters = typed.strip().partition("-")
    if not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS):
        return None
    read = "".join(letter for letter in letters.upper() if letter in CODE_LETTERS)
    if not constant_time_compare(read, _letters(int(number))):
        return None
    return User.objects.filter(pk=int(number), is_active=True).first()


def _letters(pk: int) -> str:
    number = int(salted_hmac("vouch", str(pk), algorithm="sha256").hexdigest(), 16)
    letters = ""
    for _ in range(CODE_LENGTH):
        number, index = divmod(number, len(CODE_LETTERS))
        letters += CODE_LETTERS[index]
    return letters


def _introduced(user: User, how: tuple[How, ...]) -> bool:
    return Introduction.objects.filter(person=user, how__in=how).exists()


def _introductions(path: str, how: tuple[How, ...]) -> QuerySet[Introduction]:
    return Introduction.objects.filter(
        person=OuterRef(f"{path}__pk" if path else "pk"), how__in=how
    )


def _trusted(path: str) -> Q:
    """`User.is_staff` and `vetted` as a filter."""
    prefix = f"{path}__" if path else ""
    coordinators = Membership.objects.filter(
        role=Role.COORDINATOR, user=OuterRef(f"{path}__pk" if path else "pk")
    )
    named = Q(**{f"{prefix}vetted": True}) | Q(**{f"{prefix}is_superuser": True})
    return named | Q(Exists(coordinators))


def _lock(user: User) -> User:
    """Lock the account, so that two who decide about it do so one after the other."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _write(user: User, how: How, *, by: User | None) -> None:
    Introduction.objects.update_or_create(
        person=user, defaults={"how": how, "by": by, "at": timezone.now()}
    )
