"""Decisions that take two people: one proposes, another agrees, and neither is the one it is about.

What can be decided so is a small registry: `register` takes a `DecisionKind`, which says what happens once
two agree. A proposal that no one agrees to ends by itself after `DAYS`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.functional import Promise

from mutualaid.admin.history import write_history
from mutualaid.people.models import TwoPersonDecision, User
from mutualaid.people.roles import DECIDE
from mutualaid.people.signals import decision_changed
from mutualaid.transitions import StateChanged

DAYS = 7
"""How long a proposal waits. Assumed, not measured; shorter than the least `record_days`."""
State = TwoPersonDecision.State


class NotAllowed(Exception):
    """No one decides about themself, nor about a superuser unless they are one too."""


class NeedsTwoPeople(Exception):
    """One person alone wanted to do what two decide."""


class ProposedAlready(Exception):
    """The same proposal about the same person waits already."""


class CarryOut(Protocol):
    """What is done once two agree, in the transaction of the agreement.

    `by` proposed it and `agreed_by` agreed. Returns sentences about what ended with it. Raises
    `StateChanged` where it no longer applies; then nothing is decided.
    """

    def __call__(self, about: User, *, by: User, agreed_by: User) -> Sequence[str]: ...


@dataclass(frozen=True)
class DecisionKind:
    """One thing that two people can decide about a third.

    `label` is a phrase such as "Give the role: coordinator". `is_possible` tells whether it would change
    anything about this person now.
    """

    name: str
    label: str | Promise
    is_possible: Callable[[User], bool]
    carry_out: CarryOut


_kinds: dict[str, DecisionKind] = {}


def register(kind: DecisionKind) -> None:
    """Add something that two people can decide."""
    _kinds[kind.name] = kind


def kinds_about(about: User) -> list[DecisionKind]:
    """Return what can be proposed about this person now."""
    return [kind for kind in _kinds.values() if kind.is_possible(about)]


def label_of(name: str) -> str:
    """Return the label of a kind; its name for one that is not registered any more."""
    return str(_kinds[name].label) if name in _kinds else name


def check_may_decide(about: User, by: User) -> None:
    """Raises `NotAllowed` unless `by` may have a say in decisions about this person."""
    is_above = about.is_superuser and not by.is_superuser
    if about == by or is_above or not by.has_perm(DECIDE):
        raise NotAllowed


@transaction.atomic
def propose(name: str, about: User, *, by: User) -> TwoPersonDecision:
    """Propose a decision of this kind; it waits for a second person.

    Raises `NotAllowed` about oneself or a superuser, `StateChanged` where it would change nothing,
    `ProposedAlready` where it waits already, and `KeyError` for a kind that is not registered.
    """
    about = User.objects.get(pk=about.pk)  # with the roles that they have now
    check_may_decide(about, by)
    if not _kinds[name].is_possible(about):
        raise StateChanged(name)
    waiting = TwoPersonDecision.objects.filter(about=about, kind=name, state=State.OPEN)
    waiting.filter(expires_at__lte=Now()).update(state=State.ENDED, decided_at=Now())
    until = Now() + timedelta(days=DAYS)
    try:
        with transaction.atomic():
            decision = TwoPersonDecision.objects.create(
                kind=name, about=about, proposed_by=by, expires_at=until
            )
    except IntegrityError as error:
        raise ProposedAlready from error
    decision.refresh_from_db()
    _tell(decision, "proposed", by)
    return decision


@transaction.atomic
def agree(decision: TwoPersonDecision, *, by: User) -> list[str]:
    """Agree as the second person: it is carried out at once. Returns what ended, in sentences.

    Raises `NotAllowed` for whoever proposed it, about oneself or a superuser, and where whoever proposed it
    could not propose it any more; `StateChanged` where it waits no longer or no longer applies; and what
    carrying it out raises. Of two who agree at once the first does it, and the other gets `StateChanged`.
    """
    about = User.objects.get(pk=decision.about_id)
    check_may_decide(about, by)
    if decision.proposed_by_id is None or decision.proposed_by_id == by.pk:
        raise NotAllowed
    proposer = User.objects.get(pk=decision.proposed_by_id)
    check_may_decide(about, proposer)
    waiting = TwoPersonDecision.objects.waiting().filter(pk=decision.pk)
    kind = _kinds.get(decision.kind)
    if kind is None or not waiting.exists():
        raise StateChanged("agree")
    # Carried out first, for it may lock needs, and those come before every other row. The update below
    # decides whether it counts.
    ended = kind.carry_out(about, by=proposer, agreed_by=by)
    if waiting.update(state=State.AGREED, agreed_by=by, decided_at=Now()) != 1:
        raise StateChanged("agree")
    decision.refresh_from_db()
    _tell(decision, "agreed", by)
    return list(ended)


@transaction.atomic
def end(decision: TwoPersonDecision, *, by: User) -> None:
    """Take a proposal back, or say no to it as another person.

    Raises `NotAllowed` about oneself or a superuser, and `StateChanged` where it waits no longer.
    """
    check_may_decide(decision.about, by)
    waiting = TwoPersonDecision.objects.waiting().filter(pk=decision.pk)
    if waiting.update(state=State.ENDED, decided_at=Now()) != 1:
        raise StateChanged("end")
    decision.refresh_from_db()
    _tell(decision, "not agreed", by)


def _tell(decision: TwoPersonDecision, what: str, by: User) -> None:
    write_history(decision.about, by=by, words=f"{what}: {decision.kind}")
    decision_changed.send(sender=TwoPersonDecision, decision=decision, by=by)
