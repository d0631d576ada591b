"""A group's own settings in a simulation: values of its policy, and points of what counts how much."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError

from mutualaid.matching.models import ScoringWeights, current_points
from mutualaid.matching.scoring import STARTING
from mutualaid.policy.actions import change_policy
from mutualaid.policy.current import read_policy
from mutualaid.policy.environment import first_policy
from mutualaid.policy.models import Policy

POINTS = frozenset(asdict(STARTING))
POLICY = frozenset(field.name for field in Policy.value_fields())


class BadSettings(Exception):
    """What is wrong with settings, a line for each."""


def read_changes(file: Path) -> dict[str, Any]:
    """Read {name: value} of the policy and the points that differ from today's, a file of JSON.

    Raises `BadSettings` where it is none, a name is unknown, or values are wrong or do not fit together.
    """
    try:
        changes = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise BadSettings(f"{file}: {problem}") from problem
    if not isinstance(changes, dict):
        raise BadSettings(f'{file}: write {{"name": value, …}}.')
    if unknown := sorted(changes.keys() - POINTS - POLICY):
        raise BadSettings(f"{file}: there is no {', '.join(unknown)}.")
    try:
        _policy_with(policy_of_site(), changes).clean()
        ScoringWeights(**_only(POINTS, changes)).clean_fields()
    except ValidationError as problem:
        lines = [f"{name}: {' '.join(texts)}" for name, texts in problem.message_dict.items()]
        raise BadSettings("\n".join(lines)) from problem
    return changes


def policy_of_site() -> Policy:
    """The policy in force, or where there are no tables yet the environment's first values."""
    try:
        return read_policy()
    except DatabaseError:
        return first_policy()


def points_of_site() -> dict[str, float]:
    """The points of this site that differ from those of a new one."""
    try:
        points = asdict(current_points())
    except DatabaseError:
        return {}
    return {name: value for name, value in points.items() if value != getattr(STARTING, name)}


def apply_changes(changes: Mapping[str, Any]) -> None:
    """Write these values over those in force."""
    if policy := _only(POLICY, changes):
        changed = _policy_with(read_policy(), policy)
        change_policy(by=None, changes={name: getattr(changed, name) for name in policy})
    if points := _only(POINTS, changes):
        ScoringWeights.objects.update_or_create(pk=ScoringWeights.ONLY, defaults=points)


def _policy_with(policy: Policy, changes: Mapping[str, Any]) -> Policy:
    """Return a copy with these values as their fields read them. Raises `ValidationError` for a wrong one."""
    values = {name: getattr(policy, name) for name in POLICY} | _only(POLICY, changes)
    copy = Policy(pk=Policy.ONLY, **values)
    copy.clean_fields(exclude={field.name for field in Policy._meta.fields} - POLICY)
    return copy


def _only(names: frozenset[str], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: changes[name] for name in changes if name in names}
