"""Writing resources as HSDS 3 JSON: one page of services, as its API gives them."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from mutualaid.catalog.models import Locality
from mutualaid.resources.hsds import AREA, CATEGORIES, GROUPS, stable_id
from mutualaid.resources.models import Resource, ResourceKind

Json = dict[str, Any]


def write_services(resources: Iterable[Resource]) -> Json:
    """Return a page with a service for each resource, whoever may see it, on every site in one order.

    Who checked one is left out: that is a person.
    """
    ordered = sorted(resources, key=lambda resource: (resource.name, resource.public_id))
    contents = [service_of(resource) for resource in ordered]
    return {
        "total_items": len(contents),
        "total_pages": 1,
        "page_number": 1,
        "size": len(contents),
        "first_page": True,
        "last_page": True,
        "empty": not contents,
        "contents": contents,
    }


def service_of(resource: Resource) -> Json:
    """Return the service of one resource, with all that hangs on it, without empty fields."""
    own_id = str(resource.public_id)
    service = {
        "id": own_id,
        "name": resource.name,
        "description": resource.description,
        "url": resource.website,
        "email": resource.email,
        "status": "active" if resource.is_active else "inactive",
        "fees_description": resource.cost,
        "eligibility_description": resource.eligibility,
        "assured_date": resource.checked_on.isoformat() if resource.checked_on else "",
        "organization": _organization(resource),
        "phones": _numbered(resource, "phone", "number", resource.phone.split(", ")),
        "schedules": _numbered(resource, "schedule", "description", [resource.hours]),
        "required_documents": _numbered(
            resource, "document", "document", resource.to_bring.splitlines()
        ),
        "languages": [
            {"id": _id(resource, "language", language.code), "service_id": own_id}
            | {"code": language.code, "name": language.name}
            for language in resource.languages.all()
        ],
        "service_areas": [
            {"id": _id(resource, "area", area.slug), "service_id": own_id}
            | {"name": area.name, "uri": f"urn:{AREA}:{area.slug}"}
            for area in resource.areas.all()
        ],
        "service_at_locations": _places(resource),
        "attributes": [
            _attribute(own_id, "service", CATEGORIES, category.slug, category.name)
            for category in resource.categories.all()
        ],
    }
    return {name: value for name, value in service.items() if value not in ("", [])}


def _organization(resource: Resource) -> Json:
    name = resource.organization or resource.name
    organization_id = str(stable_id("organization", name))
    kind = ResourceKind(resource.kind)
    return {
        "id": organization_id,
        "name": name,
        "description": "",  # HSDS wants one
        "attributes": [_attribute(organization_id, "organization", GROUPS, kind.value, kind.value)],
    }


def _places(resource: Resource) -> list[Json]:
    locality, address = resource.locality, resource.address
    if not (locality or address):
        return []
    place_id = _id(resource, "location")
    location: Json = {"id": place_id, "location_type": "physical"}
    if locality:
        location |= {"external_identifier": locality.slug, "external_identifier_type": AREA}
    if address:
        location["addresses"] = [_address(resource, place_id, locality)]
    link = {"id": _id(resource, "place"), "service_id": str(resource.public_id)}
    return [link | {"location_id": place_id, "location": location}]


def _address(resource: Resource, place_id: str, locality: Locality | None) -> Json:
    """The whole address is its first line, as people wrote it; HSDS wants the other fields there."""
    return {
        "id": _id(resource, "address"),
        "location_id": place_id,
        "address_1": resource.address,
        "city": locality.name if locality else "",
        "state_province": "",
        "postal_code": "",
        "country": settings.PHONE_REGION,
        "address_type": "physical",
    }


def _attribute(link_id: str, entity: str, taxonomy: str, code: str, name: str) -> Json:
    term_id = str(stable_id(taxonomy, code))
    term = {"id": term_id, "code": code, "name": name, "description": name, "taxonomy": taxonomy}
    link = {"link_id": link_id, "link_entity": entity, "taxonomy_term_id": term_id}
    return {"id": str(stable_id(link_id, taxonomy, code)), **link, "taxonomy_term": term}


def _numbered(resource: Resource, what: str, field: str, texts: Iterable[str]) -> list[Json]:
    return [
        {"id": _id(resource, what, number), "service_id": str(resource.public_id), field: text}
        for number, text in enumerate(texts)
        if text
    ]


def _id(resource: Resource, *parts: object) -> str:
    return str(stable_id(resource.public_id, *parts))
