from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import BlockedAddress
from requests_app.access.exclusions import note_addresses
from requests_app.actions.claiming import keep_away
from requests_app.actions.posting import open_until
from requests_app.lifecycle.actors import NEIGHBOUR, Actor
from requests_app.lifecycle.transitions import StateChanged, move_need, record
from requests_app.models import Need, NeedContact
from requests_app.signals import need_changed
from requests_app.states import CHANGEABLE, WITH_HELPERS, NeedState

OF_THE_NEED = ("category", "locality", "urgency", "needed_by", "week_parts", "people_count")
KEEPS_AWAY = {"keep_from", "addresses_kept_away"}
MATTERS_TO_MATCHING = {"category", "locality", "urgency", "needed_by", "week_parts", "languages"}


@transaction.atomic
def change_need(
    need: Need, given: Mapping[str, Any], *, reason: str = "", by: Actor = NEIGHBOUR
) -> None:
    """Change what a neighbour told us: fields of the need or its contact details, or `languages`.

    An open need is matched anew, or read by a coordinator first where it must be. A volunteer on
    her way is told that something changed, not what, and once for all that is changed in one go.
    Raises `StateChanged` once the help was given.
    """
    rest = {name: given[name] for name in given if name not in OF_THE_NEED}
    _write_need(need, {name: given[name] for name in OF_THE_NEED if name in given})
    note_addresses(need, rest.pop("addresses_kept_away", ()))
    _write_rest(need, rest)
    change = record(need, "change", by=by, reason=reason)
    if given.keys() & KEEPS_AWAY:
        keep_away(need, by=by)
        _have_it_read(need, by)
        return
    together = timedelta(minutes=settings.CHANGES_TOGETHER_MINUTES)
    for claim in need.claims.on_the_way().select_related("volunteer"):
        key = f"need_changed:{claim.pk}:{change.pk}"
        enqueue("need_changed", about_id=claim.pk, to=claim.volunteer, key=key, hold=together)
    is_blocked = BlockedAddress.objects.of(given.get("phone", ""), given.get("email", "")).exists()
    if is_blocked or ("category" in given and need.category.sensitive):
        _have_it_read(need, by)
    elif MATTERS_TO_MATCHING & set(given):
        need_changed.send(sender=Need, need=need)


def _write_need(need: Need, fields: dict[str, Any]) -> None:
    if {"category", "needed_by"} & set(fields):
        category = fields.get("category", need.category)
        needed_by = fields.get("needed_by", need.needed_by)
        fields |= {"expires_at": open_until(category, needed_by), "warned_at": None}
    changeable = Need.objects.filter(pk=need.pk, state__in=CHANGEABLE)
    if changeable.update(**({"state": F("state")} | fields)) != 1:
        raise StateChanged("change")
    need.refresh_from_db()


def _write_rest(need: Need, fields: dict[str, Any]) -> None:
    if "languages" in fields:
        need.languages.set(fields.pop("languages"))
    if fields:
        contact = NeedContact.objects.get(need=need)
        for name, value in fields.items():
            setattr(contact, name, value)
        contact.save()


def _have_it_read(need: Need, by: Actor) -> None:
    """Back to the coordinators; while somebody is on her way, they ring and ask."""
    if need.state == NeedState.OPEN and not need.claims.live().exists():
        move_need(need, "reread", by=by)
    elif need.state in WITH_HELPERS:
        Need.objects.filter(pk=need.pk).update(call_back_at=Now())
