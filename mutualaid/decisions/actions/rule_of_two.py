"""In a bad hour: two coordinators together set a light rule for some days, then it goes back by itself."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.admin.history import write_history
from mutualaid.celery import enqueue_on_commit
from mutualaid.decisions.actions.deciding import SWEEP
from mutualaid.decisions.effects import UnknownKind, Values, as_json, kind_named
from mutualaid.decisions.kinds import points, policy
from mutualaid.decisions.models import RuleOfTwo, Subject, Telling
from mutualaid.decisions.record import TWO_AGREED, TWO_ENDED
from mutualaid.matching.actions import change_weights
from mutualaid.people.models import User
from mutualaid.policy.actions import change_policy
from mutualaid.policy.current import current_policy
from mutualaid.policy.models import Policy
from mutualaid.record.entries import append
from mutualaid.transitions import StateChanged

RULE_DAYS = 14
"""So long it is in force: from the design (ADR 107). Assumed, not measured."""
WAIT_HOURS = 24
"""So long a second coordinator can agree. Assumed, not measured."""
REST_DAYS = 14
"""So long after its end no two set the same value again: members can decide. Assumed, not measured."""


class NotAllowed(Exception):
    """Only coordinators set such a rule, and no one agrees to their own."""


class SetAlready(Exception):
    """Two others have set one of these values meanwhile, and it is in force."""


class TooSoon(Exception):
    """Two coordinators set one of these values lately: by now members can decide about it."""


class Settable(NamedTuple):
    """How values of one kind are written and read, as JSON holds them."""

    write: Callable[[Values, User | None], None]
    read: Callable[[], Mapping[str, Any]]


def _write_policy(values: Values, by: User | None) -> None:
    change_policy(by=by, changes=policy.as_held(values), is_decided=True)


def _write_points(values: Values, by: User | None) -> None:
    change_weights(values, by=by, is_decided=True)


def _policy_in_force() -> Values:
    return as_json(Policy.objects.select_for_update().get(pk=Policy.ONLY).values())


SETTABLE = {
    policy.LIGHT_KIND: Settable(_write_policy, _policy_in_force),
    points.KIND: Settable(_write_points, points.in_force_locked),
}


@transaction.atomic
def propose(kind: str, values: Values, *, by: User) -> RuleOfTwo:
    """Propose a light rule for some days; it waits `WAIT_HOURS` for a second coordinator.

    Raises `UnknownKind` where such values are only decided by members, `NotAllowed`, `TooSoon`, and
    `ValidationError` where the values are not allowed.
    """
    if kind not in SETTABLE or not current_policy().has_decisions:
        raise UnknownKind(kind)
    _check_coordinates(by)
    values = as_json(values)
    kind_named(kind).check(values)
    _check_rested(kind, values)
    until = clock.now() + timedelta(hours=WAIT_HOURS)
    rule = RuleOfTwo.objects.create(kind=kind, values=values, proposed_by=by, expires_at=until)
    rule.refresh_from_db()
    write_history(rule, by=by, words=f"rule of two proposed: {kind}")
    return rule


@transaction.atomic
def agree(rule: RuleOfTwo, *, by: User) -> None:
    """Agree as the second coordinator: the values are in force at once, and members are told.

    Raises `NotAllowed` for whoever proposed it, where either of the two is no coordinator any more;
    `StateChanged` where it waits no longer, `SetAlready` where two others have set one of the values
    meanwhile, `TooSoon`, and `ValidationError` where the values are no longer allowed. Of two who agree at
    once the first does it.
    """
    locked = RuleOfTwo.objects.waiting().filter(pk=rule.pk).select_for_update().first()
    if locked is None:
        raise StateChanged("agree")
    if locked.proposed_by is None or locked.proposed_by_id == by.pk:
        raise NotAllowed
    _check_coordinates(by)
    _check_coordinates(locked.proposed_by)
    effect, settable = kind_named(locked.kind), SETTABLE[locked.kind]
    _check_rested(locked.kind, locked.values)
    before = settable.read()
    effect.check(locked.values)
    _take_subjects(locked, effect.subjects_of(locked.values))
    ends_at = clock.now() + timedelta(days=RULE_DAYS)
    RuleOfTwo.objects.filter(pk=locked.pk).update(
        agreed_by=by,
        agreed_at=Now(),
        ends_at=ends_at,
        before={name: before[name] for name in locked.values},
    )
    settable.write(locked.values, by)
    write_history(locked, by=by, words=f"rule of two agreed: {locked.kind}")
    append(
        TWO_AGREED,
        {"rule": locked.pk, "kind": locked.kind, "ends": ends_at.date().isoformat()},
        people={"proposer": locked.proposed_by.pk, "second": by.pk},
    )
    enqueue_on_commit(SWEEP)


@transaction.atomic
def end(rule: RuleOfTwo, *, by: User) -> None:
    """Take a proposal back or say no to it, or let what is in force go back before its time: one is enough.

    Raises `NotAllowed`, and `StateChanged` where it has ended.
    """
    _check_coordinates(by)
    if RuleOfTwo.objects.waiting().filter(pk=rule.pk).update(ended_at=Now()) != 1:
        _go_back(RuleOfTwo.objects.in_force().filter(pk=rule.pk).select_for_update().first(), by=by)
    write_history(rule, by=by, words=f"rule of two ended: {rule.kind}")


@transaction.atomic
def go_back(pk: int) -> bool:
    """Let the values of a rule whose days are over be as before; False where someone else does it."""
    rows = RuleOfTwo.objects.due().filter(pk=pk)
    try:
        _go_back(rows.select_for_update(skip_locked=True).first(), by=None)
    except StateChanged:
        return False
    return True


def _go_back(rule: RuleOfTwo | None, *, by: User | None) -> None:
    """What someone has set anew in the meantime stays. Raises `StateChanged` without a rule."""
    if rule is None:
        raise StateChanged("go back")
    settable = SETTABLE[rule.kind]
    now = settable.read()
    ours = {name: was for name, was in rule.before.items() if now[name] == rule.values[name]}
    _restore(settable, ours, by)
    RuleOfTwo.objects.filter(pk=rule.pk).update(
        ended_at=Now(), telling=Telling.OVER, told_up_to=0, is_told=False
    )
    Subject.objects.filter(rule_of_two=rule).delete()
    append(TWO_ENDED, {"rule": rule.pk, "kind": rule.kind})


def _restore(settable: Settable, values: Values, by: User | None) -> None:
    """All of them; where others were changed so that they don't fit together, each one that does."""
    if not values:
        return
    try:
        with transaction.atomic():
            settable.write(values, by)
    except ValidationError:
        for name, value in values.items():
            with suppress(ValidationError), transaction.atomic():
                settable.write({name: value}, by)


def _take_subjects(rule: RuleOfTwo, subjects: list[str]) -> None:
    try:
        with transaction.atomic():
            Subject.objects.bulk_create(
                Subject(value=value, rule_of_two=rule) for value in subjects
            )
    except IntegrityError as error:
        raise SetAlready from error


def _check_rested(kind: str, values: Values) -> None:
    """Raises `TooSoon`. Of a rule in force, those values rest that members have decided about meanwhile."""
    ended = RuleOfTwo.objects.filter(
        kind=kind, agreed_at__isnull=False, ended_at__gt=Now() - timedelta(days=REST_DAYS)
    )
    in_force = RuleOfTwo.objects.in_force().filter(kind=kind)
    resting = {name for rule in ended for name in rule.values}
    resting |= {name for rule in in_force for name in rule.values.keys() - rule.before.keys()}
    if resting & values.keys():
        raise TooSoon


def _check_coordinates(user: User) -> None:
    """With the roles that they have now. Raises `NotAllowed`."""
    if not User.objects.get(pk=user.pk).is_coordinator:
        raise NotAllowed
