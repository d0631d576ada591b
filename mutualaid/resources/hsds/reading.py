"""Reading HSDS 3 JSON: every mistake of a file at once, and nothing written while there is one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.people.models import User
from mutualaid.resources.actions import NEEDED, Upserted, Values, cleaned, upsert_resource
from mutualaid.resources.hsds import AREA, CATEGORIES, GROUPS, service_id, stable_id
from mutualaid.resources.hsds.nodes import Node
from mutualaid.resources.models import Resource, ResourceKind

MOST_SERVICES = 2_000
"""In one file: more than a city of our size has, few enough to be read while a page waits. Assumed."""
LONGEST_QUOTED = 60


@dataclass(frozen=True)
class Read:
    """A service at one place: its identity, and what the file says of it."""

    identity: UUID
    values: Values


@dataclass
class Outcome:
    """What an import did. With `mistakes` it did nothing."""

    mistakes: list[str] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    same: int = 0


def import_services(data: object, *, by: User | None) -> Outcome:
    """Write all services of a file, or none where something in it is wrong.

    Args:
        data: What `json.loads` returned: a page of services, a list of them, or one.
        by: Who imports; None on the command line.
    """
    services, mistakes = read_services(data)
    if mistakes:
        return Outcome(mistakes)
    try:
        done = _write_all(services, by)
    except IntegrityError:  # someone else has read the same file just now: its services are here
        done = _write_all(services, by)
    return Outcome(
        added=done.count(Upserted.ADDED),
        changed=done.count(Upserted.CHANGED),
        same=done.count(Upserted.SAME),
    )


@transaction.atomic
def _write_all(services: Iterable[Read], by: User | None) -> list[Upserted]:
    """Write in one order, whatever that of the file: two at once never wait for each other."""
    ordered = sorted(services, key=lambda read: read.identity)
    return [upsert_resource(read.identity, read.values, by=by) for read in ordered]


def read_services(data: object) -> tuple[list[Read], list[str]]:
    """Return the services of a file, and all that is wrong in it, in sentences that say where."""
    mistakes: list[str] = []
    items = data.get("contents", [data]) if isinstance(data, dict) else data
    if not isinstance(items, list) or not items or len(items) > MOST_SERVICES:
        message = _("The file has to hold a list of 1 to %(most)d services.")
        return [], [message % {"most": MOST_SERVICES}]
    reader, found = _Reader(), dict[UUID, Read]()
    for number, item in enumerate(items, 1):
        path = _("Service %(number)d") % {"number": number}
        if not isinstance(item, dict):
            mistakes.append(f"{path}: {_('It has to be an object.')}")
            continue
        service = Node(item, path, mistakes)
        for read in reader.read(service):
            if read.identity in found:
                service.mistake("id", _("Another service in this file has the same one."))
            found[read.identity] = read
            _check(service, read.values)
    return list(found.values()), mistakes


def _check(service: Node, values: Values) -> None:
    """Note everything that the directory would refuse."""
    try:
        cleaned({**NEEDED, **values})
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            label = "" if name == NON_FIELD_ERRORS else _label(name)
            for message in messages:
                service.mistake(label, message)


def _label(name: str) -> str:
    return str(getattr(Resource._meta.get_field(name), "verbose_name", name))


class _Reader:
    """Knows the words of the catalogue, by code and by name in small letters."""

    def __init__(self) -> None:
        self.categories = _by_words((row, (row.slug, row.name)) for row in Category.objects.all())
        areas = list(Locality.objects.all())
        self.areas = _by_words((row, (row.slug, *row.spellings)) for row in areas)
        self.widest = [row for row in areas if row.parent_id is None]
        self.languages = _by_words((row, (row.code, row.name)) for row in Language.objects.all())

    def read(self, service: Node) -> Iterator[Read]:
        """Yield the service once for each of its places; once where it has none."""
        known_as = service.text("id")
        if not known_as:
            service.mistake("id", _("Every service needs one, by which it is known again."))
            return
        identity = service_id(known_as)
        shared = self._values(service)
        places = service.parts("service_at_locations")
        for place in places or [Node({}, service.path, service.mistakes)]:
            location = place.part("location")
            own = self._values_of_place(place, location)
            merged: Values = {**shared, **own}
            if not merged.get("areas"):
                near = merged.get("locality")
                merged["areas"] = [near] if near else self.widest
            if len(places) > 1:  # a service at several places is a resource at each
                part = place.text("location_id") or location.text("id") or place.path
                yield Read(stable_id(identity, part), merged)
            else:
                yield Read(identity, merged)

    def _values(self, service: Node) -> Values:
        organization = service.part("organization")
        return {
            "name": service.text("name"),
            "organization": organization.text("name"),
            "kind": _kind(organization),
            "description": service.text("description"),
            "categories": self._categories(service),
            "areas": self._areas(service),
            "hours": _hours(service),
            "eligibility": _eligibility(service),
            "to_bring": "\n".join(
                " ".join(part.text("document").split())
                for part in service.parts("required_documents")
            ),
            "languages": self._languages(service),
            "cost": service.text("fees_description", "fees") or _costs(service),
            "phone": _phones(service) or _phones(organization),
            "email": service.text("email") or organization.text("email"),
            "website": service.text("url") or organization.text("website"),
            "is_active": service.text("status") in ("active", ""),
            "checked_on": service.day("assured_date"),
        }

    def _values_of_place(self, place: Node, location: Node) -> Values:
        """What a place adds to its service, and what it says more exactly."""
        locality, address = self._place(location)
        values: Values = {"locality": locality, "address": address}
        if hours := _hours(place) or _hours(location):
            values["hours"] = hours
        if phone := _phones(place) or _phones(location):
            values["phone"] = phone
        return values

    def _place(self, location: Node) -> tuple[Locality | None, str]:
        locality = None
        if location.text("external_identifier_type") == AREA:
            locality = self._known(location, "external_identifier", self.areas)
        addresses = location.parts("addresses")
        if not addresses:
            return locality, ""
        first = addresses[0]
        city = first.text("city")
        locality = locality or self.areas.get(city.casefold())
        is_said = bool(locality and city in locality.spellings)
        lines = [first.text("address_1"), first.text("address_2"), first.text("postal_code")]
        return locality, ", ".join(filter(None, [*lines, "" if is_said else city]))

    def _categories(self, service: Node) -> list[Category]:
        """Those that are known by code or name, of any taxonomy; of our own an unknown one is a mistake."""
        found, unknown = [], []
        for attribute in service.parts("attributes"):
            term = attribute.part("taxonomy_term")
            known = self.categories.get(term.text("code").casefold())
            known = known or self.categories.get(term.text("name").casefold())
            if known:
                found.append(known)
            elif term.text("taxonomy") == CATEGORIES:
                unknown.append(term.text("code", "name"))
        if unknown:
            quoted = ", ".join(unknown)[:LONGEST_QUOTED]
            message = _("There is no kind of help called “%(name)s” here.")
            service.mistake("attributes", message % {"name": quoted})
        return list(dict.fromkeys(found))

    def _areas(self, service: Node) -> list[Locality]:
        found = []
        for part in service.parts("service_areas"):
            prefix, is_ours, code = part.text("uri").partition(f"urn:{AREA}:")
            known = self.areas.get(code.casefold()) if is_ours and not prefix else None
            known = known or self._known(part, "name", self.areas)
            if known:
                found.append(known)
        return list(dict.fromkeys(found))

    def _languages(self, service: Node) -> list[Language]:
        found = []
        for part in service.parts("languages"):
            code = part.text("code").casefold()
            known = self.languages.get(code) or self.languages.get(code.partition("-")[0])
            if known or (known := self._known(part, "name", self.languages)):
                found.append(known)
        return list(dict.fromkeys(found))

    def _known(self, node: Node, name: str, rows: dict[str, Any]) -> Any:
        """Return the row that this field names; note a mistake where there is none."""
        text = node.text(name)
        row = rows.get(text.casefold())
        if row is None:
            message = _("“%(name)s” is not in our list. Add it there first.")
            node.mistake(name, message % {"name": text[:LONGEST_QUOTED]})
        return row


def _by_words(rows: Iterable[tuple[Any, tuple[str, ...]]]) -> dict[str, Any]:
    """Return rows by code and by their names; a name that several have names none of them."""
    by_code: dict[str, Any] = {}
    by_name: dict[str, list[Any]] = defaultdict(list)
    for row, (code, *names) in rows:
        by_code[code.casefold()] = row
        for name in {name.casefold() for name in names}:
            by_name[name].append(row)
    return {name: same[0] for name, same in by_name.items() if len(same) == 1} | by_code


def _kind(organization: Node) -> str:
    terms = [part.part("taxonomy_term") for part in organization.parts("attributes")]
    codes = [term.text("code") for term in terms if term.text("taxonomy") == GROUPS]
    known = [code for code in codes if code in ResourceKind.values]
    return known[0] if known else ResourceKind.OTHER


def _hours(node: Node) -> str:
    return "\n".join(filter(None, map(_schedule, node.parts("schedules"))))


def _schedule(schedule: Node) -> str:
    """Its description; without one, its days and times as they stand: "MO,WE 09:00–17:00"."""
    described = schedule.text("description")
    days = schedule.text("byday", "bymonthday")
    times = "–".join(filter(None, [schedule.text("opens_at"), schedule.text("closes_at")]))
    return described or " ".join(filter(None, [days, times]))


def _eligibility(service: Node) -> str:
    ages = [service.text("minimum_age"), service.text("maximum_age")]
    words = ""
    if any(ages):
        words = _("Age: %(ages)s") % {"ages": "–".join(age or "…" for age in ages)}
    return "\n".join(filter(None, [service.text("eligibility_description"), words]))


def _costs(service: Node) -> str:
    names = ("option", "amount", "currency", "amount_description")
    costs = (
        " ".join(filter(None, map(option.text, names))) for option in service.parts("cost_options")
    )
    return ", ".join(filter(None, costs))


def _phones(node: Node) -> str:
    numbers = []
    for phone in node.parts("phones"):
        number, extension = phone.text("number"), phone.text("extension")
        numbers.append(f"{number} ext. {extension}" if number and extension else number)
    return ", ".join(filter(None, numbers))
