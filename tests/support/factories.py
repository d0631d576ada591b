"""Make rows for tests: each with sensible defaults, and the fields that a test names."""

from itertools import count
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.matching.models import ScoringWeights
from mutualaid.people.models import AccountContactPoint, Introduction, Membership, Role, User
from mutualaid.policy.actions import make_policy
from mutualaid.policy.environment import VARIABLES
from mutualaid.policy.models import Policy
from mutualaid.resources.actions import upsert_resource
from mutualaid.resources.models import Resource
from offers_app.actions import save_offer
from offers_app.models import Offer
from requests_app.actions import ContactDetails, NeedDetails, Origin, add_needs, send_ask
from requests_app.models import Ask, AskContact, Need

_number = count(1)


def person(name: str = "", *roles: Role, **fields: Any) -> User:
    """Make a person with a confirmed e-mail address, and these roles beside neighbour.

    Unless `known` is False, a coordinator knows them. Thousands are made, so the rows are written at once
    and without signals; tests/people/test_factories.py holds them against those of the site itself.
    """
    known = fields.pop("known", True)
    name = name or f"Person {next(_number)}"
    email = fields.pop("email", f"{name.lower().replace(' ', '.')}@people.example")
    password = fields.pop("password", None)
    user = User(email=User.objects.normalize_email(email), name=name, **fields)
    user.of_demo = settings.DEMO
    user.set_password(password)
    User.objects.bulk_create([user])
    address = EmailAddress(user=user, email=email, verified=True, primary=True)
    EmailAddress.objects.bulk_create([address])
    AccountContactPoint.objects.bulk_create(
        AccountContactPoint(user=user, fingerprint=one) for one in fingerprints(email)
    )
    Membership.objects.bulk_create(
        Membership(user=user, role=role) for role in dict.fromkeys((Role.NEIGHBOUR, *roles))
    )
    if known:
        Introduction.objects.bulk_create(
            [Introduction(person=user, how=Introduction.How.COORDINATOR)]
        )
    return user


def set_policy(**values: Any) -> None:
    """Set fields of the policy; `wave_chances` and `wave_minutes` are four values, by urgency.

    Not by `change_policy`, so that a test may use extreme values; the constraints still hold.
    """
    make_policy()
    for name in ("wave_chances", "wave_minutes"):
        fields = VARIABLES[name.upper()]
        values |= dict(zip(fields, values.pop(name, ()), strict=False))
    Policy.objects.update(**values)


def set_points(**points: float) -> None:
    """Set the points of reasons. Their one row is made by a migration, and gone after a test that flushes."""
    ScoringWeights.objects.update_or_create(pk=ScoringWeights.ONLY, defaults=points)


def resource(name: str = "Friday table", *, by: User | None = None, **values: Any) -> Resource:
    """A food bank for groceries in Riverside, checked today unless `checked_on` is named."""
    identity, checked_on = uuid4(), values.pop("checked_on", timezone.localdate())
    defaults = {"kind": "food_bank", "categories": [category()], "areas": [locality()]}
    upsert_resource(identity, {**defaults, "name": name, **values}, by=by)  # type: ignore[typeddict-item]
    Resource.objects.filter(public_id=identity).update(checked_on=checked_on)
    return Resource.objects.get(public_id=identity)


def language(code: str = "en", name: str = "") -> Language:
    return Language.objects.get_or_create(code=code, defaults={"name": name or code})[0]


def category(slug: str = "groceries", parent: Category | None = None, **flags: Any) -> Category:
    existing = Category.objects.filter(slug=slug).first()
    name = slug.replace("-", " ").capitalize()
    return existing or Category.objects.create(slug=slug, name=name, parent=parent, **flags)


def locality(
    slug: str = "riverside", lat: float = 0.0, lng: float = 0.0, parent: Locality | None = None
) -> Locality:
    """At the equator 0.009 degrees are one kilometre, so distances in tests can be read."""
    existing = Locality.objects.filter(slug=slug).first()
    return existing or Locality.objects.create(
        slug=slug, name=slug.capitalize(), lat=lat, lng=lng, parent=parent
    )


ANA = ContactDetails(name="Ana", phone="555 0100", address="7 Hill Road")
OF_THE_NEED = set(NeedDetails.__dataclass_fields__)
OF_THE_ORIGIN = set(Origin.__dataclass_fields__)


def details(**fields: Any) -> NeedDetails:
    """Groceries in Riverside, unless named otherwise."""
    defaults = {"category": category, "locality": locality}
    return NeedDetails(
        **{name: fields.pop(name, None) or make() for name, make in defaults.items()}, **fields
    )


def ask(*needs: NeedDetails, contact: ContactDetails = ANA, **fields: Any) -> Ask:
    """An ask by Ana for groceries in Riverside, in English, unless named otherwise."""
    origin = {name: fields.pop(name) for name in OF_THE_ORIGIN & fields.keys()}
    return send_ask(
        needs=needs or [details()],
        contact=contact,
        languages=fields.pop("languages", None) or [language()],
        origin=Origin(**origin),
        **fields,
    )


def set_contact(ask: Ask, **fields: str) -> None:
    """Write these contact details of an ask, and do nothing else about it."""
    contact = AskContact.objects.get(ask=ask)
    for name, value in fields.items():
        setattr(contact, name, value)
    contact.save(update_fields=list(fields))


def need(*, of: Ask | None = None, **fields: Any) -> Need:
    """A need for groceries in Riverside, the only one of an ask by Ana or one more `of` an ask."""
    task = details(**{name: fields.pop(name) for name in OF_THE_NEED & fields.keys()})
    if of:
        return add_needs(of, [task], **fields)[0]
    return ask(task, **fields).needs.get()


def offer(by: User | None = None, **fields: Any) -> Offer:
    """An offer of groceries in Riverside, in English, twice a week, within 3 km."""
    defaults = {
        "by": by or person(),
        "categories": fields.pop("categories", None) or [category()],
        "localities": fields.pop("localities", None) or [locality()],
        "languages": fields.pop("languages", None) or [language()],
        "reach_km": 3,
        "per_week": 2,
        "has_vehicle": False,
    }
    return save_offer(**{**defaults, **fields})
