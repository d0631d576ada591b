"""A group that gives and lends things, things on its list, and neighbours who could use them."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from mutualaid.lending import actions
from mutualaid.lending.actions.things import ThingDetails
from mutualaid.lending.models import Loan, Thing, ThingRequest
from mutualaid.lending.states import Mode
from mutualaid.lending.sweep import sweep_things
from mutualaid.people.models import User
from requests_app.access.links import make_link
from requests_app.actions import ContactDetails
from requests_app.models import Need
from requests_app.pages.ask.draft import ASK, SENT
from tests.support import factories

BY_EMAIL = ContactDetails(name="Ana", email="ana@people.example", channels="email")


def on(**values: Any) -> None:
    """The group passes on things from now on."""
    factories.set_policy(has_lending=True, **values)


def off() -> None:
    factories.set_policy(has_lending=False)


def details(**fields: Any) -> ThingDetails:
    """A ladder of groceries' kind in Fairview to borrow for a week, unless named otherwise."""
    mode = fields.get("mode", Mode.LEND)
    given = {
        "title": "Ladder",
        "category": factories.category(),
        "locality": factories.locality(),
        "mode": mode,
        "lend_days": 7 if mode == Mode.LEND else None,
    }
    return ThingDetails(**{**given, **fields})


def thing(by: User, **fields: Any) -> Thing:
    listed = actions.list_thing(details(**fields), by=by)
    listed.refresh_from_db()
    return listed


def wish(of: Thing, many: int = 1, need: Need | None = None, **fields: Any) -> ThingRequest:
    """A neighbour without an account could use it, unless named otherwise."""
    need = need or factories.need(**{"contact": BY_EMAIL, **fields})
    request = actions.request_thing(need, of, many=many)
    assert request is not None
    request.refresh_from_db()
    return request


def just_wished(browser: Client, of: Thing) -> str:
    """A neighbour sent a wish for it in this browser just now; returns the path of their private page."""
    token = make_link(wish(of).need.ask)
    request = SimpleNamespace(session=browser.session)
    ASK.save(request, {SENT: {"token": token}})  # type: ignore[arg-type]
    request.session.save()
    return f"/need/{token}/"


def lent(by: User, **fields: Any) -> Loan:
    """A ladder that was lent to a neighbour just now."""
    request = wish(thing(by, **fields))
    actions.say_yes(request, by=by)
    return Loan.objects.get(request=request)


def sweep() -> int:
    return sum(sweep_things())


def hours_go_by(request: ThingRequest) -> None:
    ThingRequest.objects.filter(pk=request.pk).update(answer_by=Now() - timedelta(minutes=1))


def due_in(loan: Loan, days: int) -> Loan:
    day = timezone.localdate() + timedelta(days=days)
    Loan.objects.filter(pk=loan.pk).update(back_by=day)
    loan.refresh_from_db()
    return loan
