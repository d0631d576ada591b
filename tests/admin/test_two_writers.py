"""Two who change the same thing at the same time: what either wrote is never lost unseen.

Each field that a coordinator can change, with a neighbour's page and with a second coordinator, in both
orders.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.utils import timezone

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.people.models import Role
from requests_app.access.links import make_link
from requests_app.models import Ask, Need
from tests.support import factories
from tests.support.admin_form import as_it_stands, contact_as_it_stands, fields_of

pytestmark = pytest.mark.django_db
DAY = timezone.localdate()


class Field(NamedTuple):
    """Two further values of a field, as they are read; how each is typed, and on which neighbour's page."""

    name: str
    on: str
    values: tuple[Any, Any]
    thing: str = ""
    by_admin: Callable[[Any], Any] = lambda value: value
    by_page: Callable[[Any], Any] = lambda value: value


def pk_of(model: Any, key: str) -> Callable[[Any], Any]:
    return lambda value: model.objects.get(**{key: value}).pk


def pks_of(model: Any, key: str) -> Callable[[Any], Any]:
    def pks(values: Any) -> list[int]:
        rows = model.objects.filter(**{f"{key}__in": values})
        return list(rows.values_list("pk", flat=True))

    return pks


IN_DAYS = DAY + timedelta(days=3), DAY + timedelta(days=5)
FIELDS = (
    Field("category", "need", ("meals", "water"), "kind", pk_of(Category, "slug")),
    Field("locality", "need", ("harbour", "hillside"), "where", pk_of(Locality, "slug")),
    Field("urgency", "need", (3, 4), "when"),
    Field("needed_by", "need", IN_DAYS, "when"),
    Field("week_parts", "need", (1, 4), "when", lambda part: [part], lambda part: [part]),
    Field("people_count", "need", (3, 4), "people"),
    Field("notes", "contact", ("Two bags", "Three bags"), "notes"),
    Field("name", "contact", ("Ann", "Anita"), "name"),
    Field("phone", "contact", ("555 0101", "555 0102"), "phone"),
    Field("email", "contact", ("a@people.example", "b@people.example"), "email"),
    Field("address", "contact", ("8 Hill Road", "9 Hill Road"), "address"),
    Field("channels", "contact", ("call", "sms"), "channels", lambda way: [way], lambda way: [way]),
    Field("times", "contact", ("mornings", "evenings"), "times"),
    Field("keep_from", "contact", ("Bob", "Rob"), "keep_from"),
    Field("asked_by", "contact", ("Bea", "Bo")),
    Field("language", "contact", ("es", "ar")),
    Field("languages", "ask", (["es"], ["ar"]), "languages", pks_of(Language, "code")),
)
TWO_VALUES = (
    Field("for_whom", "ask", ("someone_else",) * 2, "for_whom"),
    Field("whom_to_call", "contact", ("them", "them")),
    Field("no_voicemail", "contact", (True, True), "voicemail"),
)
"""Who writes something else than the other writes the same: there is nothing to lose."""


@pytest.fixture
def ask() -> Ask:
    food = factories.category("food")
    for slug in ("groceries", "meals", "water"):
        factories.category(slug, parent=food, asks_quantity=True)
    for slug in ("riverside", "harbour", "hillside"):
        factories.locality(slug)
    for code in ("en", "es", "ar"):
        factories.language(code)
    details = factories.details(people_count=2, notes="One bag")
    return factories.ask(details, contact=factories.ANA)


class Writer:
    """Someone who has a form open. `shown` is what it would send as it stands."""

    def __init__(self, client: Client, ask: Ask, field: Field) -> None:
        self.client, self.ask, self.need = client, ask, ask.needs.get()
        self.field, self.shown = field, dict[str, Any]()

    def write(self, value: Any) -> Any:
        """Send the form with this value; the answer's form is what is shown then."""
        self.answer = self.client.post(self.path, self.shown | self.typed(value))
        if self.answer.status_code == 200:
            self.shown |= fields_of(self.form())
            self.shown = {key: value for key, value in self.shown.items() if value is not None}
        return self.answer

    def typed(self, value: Any) -> dict[str, Any]:
        raise NotImplementedError

    def form(self) -> Any:
        return self.answer.context["form"]

    path = ""


class Coordinator(Writer):
    def open(self) -> "Coordinator":
        on, need = self.field.on, self.need
        if on == "contact":
            self.path = f"/admin/requests_app/ask/{self.ask.pk}/contact/"
            self.shown = contact_as_it_stands(self.client, self.path)
        else:
            pk = need.pk if on == "need" else self.ask.pk
            self.path = f"/admin/requests_app/{on}/{pk}/change/"
            self.shown = as_it_stands(self.client, self.path)
        return self

    def typed(self, value: Any) -> dict[str, Any]:
        name = f"notes-{self.need.pk}" if self.field.name == "notes" else self.field.name
        return {name: self.field.by_admin(value)}

    def form(self) -> Any:
        shown = self.answer.context
        return shown["form"] if self.field.on == "contact" else shown["adminform"].form


class Neighbour(Writer):
    def open(self) -> "Neighbour":
        link = f"/need/{make_link(self.ask)}/"
        is_of_need = self.field.on == "need" or self.field.name == "notes"
        about = f"{self.need.public_id}/" if is_of_need else ""
        self.path = f"{link}{about}change/{self.field.thing}/"
        shown = fields_of(self.client.get(self.path).context["form"])
        self.shown = {name: value for name, value in shown.items() if value not in (None, False)}
        return self

    def typed(self, value: Any) -> dict[str, Any]:
        return {self.field.name: self.field.by_page(value)}


def value_of(ask: Ask, field: Field) -> Any:
    need = Need.objects.select_related("ask", "notes", "category", "locality").get(ask=ask)
    if field.name == "notes":
        return need.notes.text
    if field.name == "languages":
        return [language.code for language in need.ask.languages.all()]
    row = {"need": need, "ask": need.ask, "contact": need.ask.contact}[field.on]
    value = getattr(row, field.name)
    return value.slug if field.name in ("category", "locality") else value


Pair = tuple[type[Writer], type[Writer]]
PAIRS: dict[str, Pair] = {
    "the neighbour, then the admin": (Neighbour, Coordinator),
    "the admin, then the neighbour": (Coordinator, Neighbour),
    "two coordinators": (Coordinator, Coordinator),
}


def pairs_of(*fields: Field) -> list[Any]:
    return [
        pytest.param(field, pair, id=f"{field.name}: {words}")
        for field in fields
        for words, pair in PAIRS.items()
        if field.thing or Neighbour not in pair
    ]


@pytest.fixture
def open_form(ask: Ask, admin: Client, signed_in: Any) -> Callable[..., Any]:
    """A form that someone opens now: Ana without an account, Carla, or Dora where Carla is one already."""
    browsers = [admin, signed_in(factories.person("Dora", Role.COORDINATOR))]

    def open_it(kind: Any, field: Field) -> Any:
        client = Client() if kind is Neighbour else browsers.pop(0)
        return kind(client, ask, field).open()

    return open_it


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.parametrize(("field", "pair"), pairs_of(*FIELDS))
def test_of_two_values_the_later_writer_sees_both_and_nothing_is_lost(ask, open_form, field, pair):
    first, later = (open_form(kind, field) for kind in pair)
    before, (one, other) = value_of(ask, field), field.values
    first.write(one)
    assert value_of(ask, field) == one != before
    answer = later.write(other)
    assert answer.status_code == 200
    assert value_of(ask, field) == one
    (error,) = later.form().errors.values()
    assert "Nothing" in str(error)
    if isinstance(later, Coordinator):
        who = "Carla" if isinstance(first, Coordinator) else "The neighbour"
        assert f"{who} changed this while you had it open." in str(error)
    assert later.write(other).status_code == 302
    assert value_of(ask, field) == other, "sent once more it is meant"


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.parametrize(("field", "pair"), pairs_of(*FIELDS, *TWO_VALUES))
def test_what_someone_else_changed_meanwhile_stays(ask, open_form, field, pair):
    """The later writer saves the form as it stands, or with another field changed."""
    first, later = (open_form(kind, field) for kind in pair)
    first.write(field.values[0])
    beside = next(one for one in (FIELDS[2], FIELDS[7], FIELDS[-1]) if one.on == field.on)
    if beside == field:
        beside = FIELDS[5] if field.on == "need" else FIELDS[10]
    if isinstance(later, Coordinator) and beside.on == field.on and field.on != "ask":
        typed = {beside.name: beside.by_admin(beside.values[1])}
        assert later.client.post(later.path, later.shown | typed).status_code == 302
        assert value_of(ask, beside) == beside.values[1]
    else:
        assert later.client.post(later.path, later.shown).status_code == 302
    assert value_of(ask, field) == field.values[0]


def test_after_a_conflict_in_one_field_the_others_are_still_as_they_were_seen(ask, open_form):
    """Sent once more, it overwrites what was shown, and not a third field that changed meanwhile."""
    urgency, people = FIELDS[2], FIELDS[5]
    first, later = open_form(Coordinator, urgency), open_form(Coordinator, urgency)
    first.shown |= {"people_count": 9}
    first.write(3)
    later.write(4)
    assert later.write(4).status_code == 302
    assert (value_of(ask, urgency), value_of(ask, people)) == (4, 9)
