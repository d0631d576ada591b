"""What two coordinators have set for some days, as everyone else has to reckon with it."""

from collections.abc import Collection

from django.db.models.functions import Now

from mutualaid.decisions.effects import Values
from mutualaid.decisions.models import RuleOfTwo, Subject, Telling
from mutualaid.decisions.record import TWO_ENDED
from mutualaid.record.entries import append


def beneath(kind: str, values: Values) -> Values:
    """Return these values as they will be again once no rule of two is in force."""
    was: Values = {}
    for rule in RuleOfTwo.objects.in_force().filter(kind=kind).order_by("pk"):
        was |= {name: value for name, value in rule.before.items() if name in values}
    return values | was


def lock_rules_about(subjects: Collection[str]) -> list[RuleOfTwo]:
    """Lock the rules of two about these values, before the values themselves are locked."""
    rules = RuleOfTwo.objects.in_force().filter(subjects__value__in=subjects).distinct()
    pks = list(rules.order_by("pk").values_list("pk", flat=True))
    locked = RuleOfTwo.objects.in_force().filter(pk__in=pks).order_by("pk")
    return list(locked.select_for_update())


def give_way(rules: Collection[RuleOfTwo], subjects: Collection[str]) -> None:
    """Let a decision about these values stand: they do not go back when the rule of two ends.

    Where nothing of it is left no one is told that it is over: all hear what was decided.
    """
    Subject.objects.filter(rule_of_two__in=rules, value__in=subjects).delete()
    for rule in rules:
        decided = {value.partition(".")[2] for value in subjects}
        rule.before = {name: value for name, value in rule.before.items() if name not in decided}
        rows = RuleOfTwo.objects.filter(pk=rule.pk)
        rows.update(before=rule.before)
        if not rule.before:
            rows.update(ended_at=Now(), telling=Telling.OVER, is_told=True)
            append(TWO_ENDED, {"rule": rule.pk, "kind": rule.kind})
