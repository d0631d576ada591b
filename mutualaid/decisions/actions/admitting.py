"""Giving a say to someone without an account, by a code; and members who vouch for someone."""

import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from mutualaid import clock
from mutualaid.admin.history import write_history
from mutualaid.decisions.members import has_a_say
from mutualaid.decisions.models import Admission, Vouch
from mutualaid.people.introductions import CODE_LETTERS
from mutualaid.people.models import Introduction, User
from mutualaid.transitions import StateChanged

CODE_LENGTH = 12
"""30^12 = 5.3e17 codes; entering one is rate limited."""
VALID_DAYS = 365
"""From the design (ADR 107). Assumed, not measured."""


class NotAllowed(Exception):
    """Only coordinators admit someone, and only members vouch for others."""


@transaction.atomic
def admit(*, by: User) -> tuple[Admission, str]:
    """Admit someone whom a coordinator has met and who has no account.

    Returns the admission and the code, as "ABCD-2345-EFGH". It is shown once: what is kept is a hash. It has a
    say in what is proposed from `members.HERE_DAYS` days on. Raises `NotAllowed`.
    """
    if not by.is_coordinator:
        raise NotAllowed
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    admission = Admission.objects.create(
        code_hash=_hash(code), given_by=by, ends_at=clock.now() + timedelta(days=VALID_DAYS)
    )
    write_history(admission, by=by, words="admitted")
    return admission, "-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4))


@transaction.atomic
def take_back_admission(admission: Admission, *, by: User) -> None:
    """End an admission: it opens nothing any more. What was answered with it until now still counts.

    Raises `NotAllowed`, and `StateChanged` where it has ended already.
    """
    if not by.is_coordinator:
        raise NotAllowed
    if Admission.objects.valid().filter(pk=admission.pk).update(ended_at=Now()) != 1:
        raise StateChanged("take back")
    write_history(admission, by=by, words="admission taken back")


def admission_of(typed: str) -> Admission | None:
    """Return the admission of a code, in any spelling; None where it is none, or is over."""
    code = "".join(letter for letter in typed.upper() if letter in CODE_LETTERS)
    if len(code) != CODE_LENGTH:
        return None
    found: Admission | None = Admission.objects.valid().filter(code_hash=_hash(code)).first()
    return found


@transaction.atomic
def vouch(person: User, *, by: User) -> None:
    """A member says that they know this person; two of them give a say.

    Raises `NotAllowed` for whoever has no say themself or means themself, and `StateChanged` where they said
    so before, or their introduction of this person says it already.
    """
    if person.pk == by.pk or not has_a_say(by):
        raise NotAllowed
    introduced = Introduction.objects.filter(person=person, by=by, how=Introduction.How.MEMBER)
    if introduced.exists():
        raise StateChanged("vouch")
    try:
        with transaction.atomic():
            Vouch.objects.create(person=person, by=by)
    except IntegrityError as error:
        raise StateChanged("vouch") from error


def _hash(code: str) -> str:
    return salted_hmac("decision-admission", code, algorithm="sha256").hexdigest()
