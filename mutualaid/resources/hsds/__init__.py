"""The directory as JSON of Open Referral's HSDS 3: which fields, says mutualaid/docs/resources.md."""

from uuid import UUID, uuid5

NAMESPACE = UUID("7d1c4a52-6f0b-5b0e-9a53-3f3c0b7f2c11")
"""Of the ids of what has none of its own here: they are the same in every file."""
CATEGORIES, GROUPS = "mutualaid:category", "mutualaid:group"
"""Our two taxonomies: kinds of help, and who runs a service."""
AREA = "mutualaid:area"
"""The type of an external identifier that is the code of an area; in front of it, the URI of one."""


def stable_id(*parts: object) -> UUID:
    """Return the same id for the same parts, in every file and on every site."""
    return uuid5(NAMESPACE, "\n".join(map(str, parts)))


def service_id(text: str) -> UUID:
    """Return the id of a service; HSDS wants a UUID, and older files have other texts."""
    try:
        return UUID(text)
    except ValueError:
        return stable_id("service", text)
