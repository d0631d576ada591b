"""Counting the answers once the last moment is over, and letting what passed be in force."""

import json
import secrets
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from mutualaid import clock
from mutualaid.decisions.effects import EffectKind, UnknownKind, kind_named, seal_of
from mutualaid.decisions.kinds.agreement import KIND as AGREEMENT
from mutualaid.decisions.models import Answer, Decision, NeighbourAnswer, Outcome, Say, Subject
from mutualaid.decisions.outcomes import WORDS_DAYS, Tally, outcome_of
from mutualaid.decisions.record import CLOSED, closed_facts
from mutualaid.decisions.set_by_two import give_way, lock_rules_about
from mutualaid.encryption.fields import readable_texts
from mutualaid.record.entries import append
from mutualaid.transitions import StateChanged


@transaction.atomic
def close(pk: int) -> Outcome | None:
    """Count the answers to one proposal whose last moment is over, and let what passed be in force.

    Outcome, effect and record are one transaction. None where it is not due or someone else closes it: of
    twelve at once one does it.
    """
    decision = Decision.objects.due().filter(pk=pk).select_for_update(skip_locked=True).first()
    if decision is None:
        return None
    tally = _tally(Say.objects.filter(decision=decision))
    beside = _tally(NeighbourAnswer.objects.filter(decision=decision))
    outcome = _outcome(decision, tally)
    now = clock.now()
    Decision.objects.filter(pk=decision.pk).update(
        outcome=outcome,
        closed_at=now,
        heard=tally.heard,
        **tally._asdict(),
        **{f"neighbour_{name}": count for name, count in beside._asdict().items()},
        reasons_json=_sealed_reasons(decision, tally, beside),
        words_until=_words_until(decision, outcome, now),
    )
    _forget_answers(decision)
    append(CLOSED, closed_facts(decision.pk, decision.kind, outcome.value, tally))
    return outcome


def _outcome(decision: Decision, tally: Tally) -> Outcome:
    """Count what passed as such only where it is in force afterwards."""
    if seal_of(decision) != decision.seal:
        return Outcome.EDITED
    outcome = outcome_of(tally, weight=decision.weight, needed=decision.needed)
    if outcome is not Outcome.PASSED:
        return outcome
    try:
        effect = kind_named(decision.kind)
    except UnknownKind:
        return Outcome.IMPOSSIBLE
    return _take_effect(decision, effect)


def _take_effect(decision: Decision, effect: EffectKind) -> Outcome:
    values: dict[str, Any] = decision.values or {}
    subjects = effect.subjects_of(values)
    lock_rules_about(subjects)
    if not effect.is_possible():
        return Outcome.IMPOSSIBLE
    if effect.base(values) != decision.base:
        return Outcome.CHANGED
    try:
        with transaction.atomic():
            effect.carry_out(values, decision=decision)
    except ValidationError:  # another value of the policy was changed, and these no longer fit it
        return Outcome.CHANGED
    except StateChanged:
        return Outcome.IMPOSSIBLE
    give_way(lock_rules_about(subjects), subjects)  # two may have agreed while `base` waited
    return Outcome.PASSED


def _tally(answers: Any) -> Tally:
    counts = {
        name: Count("pk", filter=Q(answer=answer))
        for name, answer in zip(Tally._fields, Answer.values, strict=True)
    }
    return Tally(**answers.aggregate(**counts))


def _sealed_reasons(decision: Decision, tally: Tally, beside: Tally) -> Any:
    """The reasons of both, without who gave them, in an order that tells nothing."""
    given = {
        "members": _reasons(Say.objects.filter(decision=decision), tally),
        "neighbours": _reasons(NeighbourAnswer.objects.filter(decision=decision), beside),
    }
    field: Any = Decision._meta.get_field("reasons_json")
    return field.sealed(json.dumps(given, ensure_ascii=False), decision)


def _reasons(answers: Any, tally: Tally) -> list[str]:
    """None of so few that no page tells them."""
    if not tally.is_told:
        return []
    found = readable_texts(answers.exclude(answer=""), "reason").values()
    reasons = [reason.strip() for reason in found if reason.strip()]
    secrets.SystemRandom().shuffle(reasons)
    return reasons


def _words_until(decision: Decision, outcome: Outcome, now: datetime) -> datetime | None:
    """None for an agreement: its words stay while it is in force."""
    stays = timedelta(days=WORDS_DAYS)
    if outcome is not Outcome.PASSED:
        return now + stays
    if decision.kind == AGREEMENT and (decision.values or {}).get("words"):
        return None
    return timezone.make_aware(datetime.combine(decision.review_on, time.min)) + stays


def _forget_answers(decision: Decision) -> None:
    """From now on the list tells who had a say, and neither what they answered nor whether they did."""
    lines = Say.objects.filter(decision=decision)
    lines.update(answer="", reason="", answered_at=None, reminder_told=True)
    NeighbourAnswer.objects.filter(decision=decision).delete()
    Subject.objects.filter(decision=decision).delete()
