"""The ask, or the further need, that valid answers make; whichever page of forms they come from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction

from mutualaid.catalog.models import Category
from mutualaid.people.models import User
from requests_app.actions import (
    ContactDetails,
    NeedDetails,
    Origin,
    add_needs,
    repeat_need,
    send_ask,
)
from requests_app.lifecycle.actors import NEIGHBOUR, coordinator
from requests_app.models import Ask, Need


def send_answers(
    shared: Mapping[str, Any],
    things: Sequence[Mapping[str, Any]],
    *,
    source: str,
    reference: str,
    account: User | None = None,
    taken_in_by: User | None = None,
    language: str = "",
    held_back: str = "",
) -> Ask:
    """Send the ask that these answers describe. Sent twice with one `reference`, even at once, it is one.

    `shared` are the answers by field name about who asks, and `things` those about each thing; a thing has
    a need for each of its categories. `taken_in_by` is who of the team wrote them down on the phone;
    `language` and `held_back` as for `send_ask`.
    """
    details = [_need_details(thing["category"], thing) for thing in things]
    try:
        with transaction.atomic():
            ask = send_ask(
                needs=[need for needs in details for need in needs],
                contact=_contact_details(shared),
                languages=shared["languages"],
                account=account,
                for_whom=shared["for_whom"],
                may_ask_partners=shared.get("may_ask_partners", False),
                keep_from_contact_points=[
                    point.normal for point in shared["keep_from_contact_points"]
                ],
                origin=Origin(source=source, reference=reference),
                by=coordinator(taken_in_by) if taken_in_by else NEIGHBOUR,
                taken_in_by=taken_in_by,
                language=language,
                held_back=held_back,
            )
            if any(thing.get("weekdays") for thing in things):
                sent = iter(list(ask.needs.select_related("category").order_by("pk")))
                for thing, needs in zip(things, details, strict=True):
                    _repeat(list(islice(sent, len(needs))), thing)
            return ask
    except IntegrityError:
        if before := Ask.objects.filter(source=source, reference=reference).first():
            return before
        raise


@transaction.atomic
def send_another_need(ask: Ask, cleaned: Mapping[str, Any], *, held_back: str) -> None:
    """Add the need that a valid `AnotherNeedForm` describes; the same form sent twice adds it once.

    Raises `Erased` if the ask has been erased.
    """
    needs = add_needs(
        ask,
        _need_details([cleaned["category"]], cleaned),
        once=cleaned["once"],
        held_back=held_back,
    )
    _repeat(needs, cleaned)


def _contact_details(shared: Mapping[str, Any]) -> ContactDetails:
    contact = {**shared, "channels": ",".join(shared["channels"])}
    if shared["for_whom"] == Ask.ForWhom.SELF:
        contact |= {"asked_by": "", "whom_to_call": ""}
    return ContactDetails(**_values_for(ContactDetails, contact))


def _need_details(kinds: Iterable[Category], cleaned: Mapping[str, Any]) -> list[NeedDetails]:
    """A task for each of these categories, alike in all else."""
    shared = _values_for(NeedDetails, cleaned) | {
        "helpers_wanted": cleaned.get("helpers_wanted") or 1
    }
    return [NeedDetails(**{**shared, "category": kind}) for kind in kinds]


def _repeat(needs: Iterable[Need], cleaned: Mapping[str, Any]) -> None:
    """Let those needs repeat whose category may, if days of the week were chosen."""
    if not cleaned.get("weekdays"):
        return
    for need in needs:
        if need.category.may_repeat:
            repeat_need(need, weekdays=cleaned["weekdays"], until=cleaned["repeat_until"])


def _values_for(
    details: type[NeedDetails | ContactDetails], cleaned: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers that are fields of this dataclass."""
    return {field.name: cleaned[field.name] for field in fields(details) if field.name in cleaned}
