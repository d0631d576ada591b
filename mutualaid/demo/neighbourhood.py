"""Fill the demo by the same actions as the pages, so that all rows are as if people had made them."""

import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.catalog.time_slots import from_words
from mutualaid.demo.cast import ASKS, COORDINATOR, PEOPLE, SIGN_INS, DemoAsk, Person
from mutualaid.demo.nearby import RESOURCES, DemoResource
from mutualaid.demo.places import PLACES
from mutualaid.people.introductions import introduce, is_known
from mutualaid.people.models import User
from mutualaid.people.roles import add_role
from mutualaid.resources.actions import upsert_resource
from mutualaid.resources.hsds import stable_id
from offers_app.actions import save_offer
from requests_app import actions
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Need


def demo_password() -> str:
    """Return the password of the demo's people: made at the first call, different for each site."""
    path = settings.DATA_DIR / "demo-password"
    if not path.exists():
        path.write_text(secrets.token_hex(4))
        path.chmod(0o600)
    return path.read_text().strip()


@transaction.atomic
def fill() -> bool:
    """Fill an empty site; return False, and change nothing, where there are localities already."""
    if Locality.objects.exists():
        return False
    for slug, name, parent_slug, lat, lng in PLACES:
        parent = Locality.objects.get(slug=parent_slug) if parent_slug else None
        Locality.objects.create(slug=slug, name=name, parent=parent, lat=lat, lng=lng)
    for person in PEOPLE:
        _add_person(person)
    _introduce_helpers()
    for ask in ASKS:
        _send_ask(ask)
    for resource in RESOURCES:
        _add_resource(resource)
    return True


def _add_person(person: Person) -> None:
    user = User.objects.create_user(
        person.email,
        demo_password() if person in SIGN_INS else None,
        name=person.name,
        locality=_locality(person.locality),
        vetted=person.vetted,
    )
    EmailAddress.objects.create(user=user, email=person.email, verified=True, primary=True)
    add_role(user, person.role)
    if person.categories:
        save_offer(
            by=user,
            categories=Category.objects.filter(slug__in=person.categories),
            localities=[_locality(person.locality)],
            languages=_languages(person.languages),
            reach_km=person.reach_km,
            week_parts=from_words(person.times),
            per_week=person.per_week,
            has_vehicle=person.has_vehicle,
        )


def _introduce_helpers() -> None:
    """The coordinator knows whoever offers something; whoever begins to is new, as on any site."""
    carla = User.objects.get(email=COORDINATOR.email)
    for user in User.objects.filter(offer__isnull=False).order_by("pk"):
        if not is_known(user):
            introduce(user, by=carla)


def _send_ask(ask: DemoAsk) -> None:
    need = actions.NeedDetails(
        category=Category.objects.get(slug=ask.category),
        locality=_locality(ask.locality),
        urgency=ask.urgency,
        people_count=ask.people_count,
        week_parts=from_words(ask.times),
        notes=ask.notes,
    )
    sent = actions.send_ask(
        needs=[need],
        contact=actions.ContactDetails(
            name=ask.name, phone="555 0100", address=f"{len(ask.name)} Example Lane"
        ),
        languages=_languages(ask.languages),
        origin=actions.Origin(created_at=timezone.now() - timedelta(days=ask.days_ago)),
    )
    if ask.end != "open":
        _help(sent.needs.get(), User.objects.get(name=ask.helper), ask.end)


def _help(need: Need, helper: User, end: str) -> None:
    """Let `helper` bring the need as far as the state `end`."""
    claim = actions.claim_need(need, by=helper, weekly_limit=50)
    if end in ("delivered", "closed"):
        actions.deliver_claim(claim, by=volunteer(helper))
    if end == "closed":
        actions.confirm_arrival(need)


def _add_resource(resource: DemoResource) -> None:
    upsert_resource(
        stable_id("demo", resource.name),
        {
            "name": resource.name,
            "organization": resource.organization,
            "kind": resource.kind,
            "description": resource.description,
            "categories": [Category.objects.get(slug=slug) for slug in resource.categories],
            "areas": [_locality("marrow-bay")],
            "locality": _locality(resource.locality),
            "address": resource.address,
            "hours": resource.hours,
            "eligibility": resource.eligibility,
            "to_bring": resource.to_bring,
            "languages": _languages(resource.languages),
            "cost": resource.cost,
            "phone": resource.phone,
            "website": resource.website,
            "checked_on": timezone.localdate() - timedelta(days=resource.checked_days_ago),
        },
        by=None,
    )


def _locality(slug: str) -> Locality:
    return Locality.objects.get(slug=slug)


def _languages(codes: tuple[str, ...]) -> list[Language]:
    return list(Language.objects.filter(code__in=codes))
