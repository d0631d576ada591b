"""Ask for a trial, play it, and let go of old ones."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models.functions import Now

from mutualaid.celery import enqueue_on_commit
from mutualaid.matching.models import current_points
from mutualaid.policy.current import read_policy
from mutualaid.simulation.group_settings import points_of_site
from mutualaid.simulation.sandbox import SimulationFailed, seed_only, simulate_all
from mutualaid.simulation.settings import CitySettings, SimulationSettings
from mutualaid.trials.models import MOST_TRIES, Trial

CITY = CitySettings(weeks=1, volunteers=400, needs_a_week=120)
"""Where many needs fit more people than stay in line for them, so that points decide whom they invite, and
ten needs are for today."""
KEEP_DAYS = 30
"""How long old trials can be looked at."""
PLAY = "mutualaid.trials.tasks.play"
log = logging.getLogger(__name__)


@transaction.atomic
def ask_for_trial(changes: Mapping[str, Any]) -> Trial:
    """Return the trial of these changes of what is in force, which is played soon or was already."""
    told = _as_stored(changes)
    key = _key(told)
    Trial.objects.failed().filter(key=key).delete()
    trial, is_new = Trial.objects.get_or_create(key=key, defaults={"changes": told})
    if is_new:
        enqueue_on_commit(PLAY, trial.pk)
    return trial


def newest_trial(changes: Mapping[str, Any]) -> Trial | None:
    """The latest trial of these changes, of whatever was in force then; None where no one asked for one."""
    return Trial.objects.filter(changes=_as_stored(changes)).first()


def play_trial(pk: int) -> None:
    """Play it if no one does, with the values in force now and with its changes. Takes minutes.

    Whatever goes wrong is logged; after `MOST_TRIES` it has ended without results.
    """
    if not Trial.objects.take(pk):
        return
    trial = Trial.objects.get(pk=pk)
    today = points_of_site()
    plays = [
        SimulationSettings("ours", CITY, "other laws", values)
        for values in (today, today | trial.changes)
    ]
    try:
        now, then = simulate_all(plays, seed_only, at_once=1)
    except SimulationFailed:
        log.error("trial not played", exc_info=True)
        Trial.objects.filter(pk=pk, tries__gte=MOST_TRIES).update(ended_at=Now())
        return
    Trial.objects.filter(pk=pk).update(now=asdict(now), then=asdict(then), ended_at=Now())


def tidy_up() -> None:
    """End those whose workers died too often, and delete old ones."""
    Trial.objects.due().filter(tries__gte=MOST_TRIES).update(ended_at=Now())
    Trial.objects.filter(asked_at__lt=Now() - timedelta(days=KEEP_DAYS)).delete()


def _as_stored(changes: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(changes, cls=DjangoJSONEncoder))
    return told


def _key(changes: Mapping[str, Any]) -> str:
    today = {"policy": read_policy().values(), "points": asdict(current_points())}
    told = json.dumps([asdict(CITY), today, changes], sort_keys=True, cls=DjangoJSONEncoder)
    return sha256(told.encode()).hexdigest()
