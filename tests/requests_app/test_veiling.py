"""A category becomes sensitive: at once nothing of what was asked for in it names an account."""

from typing import TypeVar

import pytest
from django.db import transaction

from mutualaid.catalog.actions import change_catalogue
from mutualaid.catalog.models import Category
from mutualaid.people.models import User
from requests_app.access.exclusions import is_kept_from
from requests_app.access.veiling import asks_to_veil
from requests_app.actions import exclude
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, AskContactPoint, Exclusion, Need
from tests.support import factories
from tests.support.admin_form import as_it_stands
from tests.support.people import MAIL
from tests.support.signing_in import sign_in

Row = TypeVar("Row", Ask, Need)
pytestmark = pytest.mark.django_db


@pytest.fixture
def papers() -> Category:
    return factories.category("papers")


def asked(category: Category, by: User | None = None) -> Need:
    return factories.need(category=category, account=by, contact=MAIL)


def stored_of(ask: Ask) -> set[str]:
    """What is stored that might name an account."""
    return {
        *AskContactPoint.objects.filter(ask=ask).values_list("fingerprint", flat=True),
        *Exclusion.objects.filter(ask=ask).values_list("fingerprint", flat=True),
    }


def copy_of(row: Row, **fields: object) -> Row:
    """A new row with the same values, and these."""
    same = {f.name: getattr(row, f.name) for f in row._meta.concrete_fields if not f.unique}
    return type(row)(**same | fields)


def test_what_was_asked_for_is_veiled_when_the_page_of_the_category_is_saved(
    client, papers, rosa, carla
):
    admin = sign_in(client, carla)
    need, other = asked(papers, by=rosa), asked(factories.category("food"), by=rosa)
    before = stored_of(need.ask)
    path = f"/admin/catalog/category/{papers.pk}/change/"
    admin.post(path, as_it_stands(admin, path) | {"sensitive": "on"})
    ask = Ask.objects.get(pk=need.ask_id)
    assert (ask.veiled, ask.account) == (True, None)
    assert before
    assert stored_of(ask).isdisjoint(before)
    assert not Ask.objects.get(pk=other.ask_id).veiled


def test_who_is_kept_from_it_is_kept_from_it_still(papers, carla, rosa, sam):
    need = asked(papers, by=rosa)
    exclude(need.ask, people=[sam], by=coordinator(carla))
    change_catalogue(papers, {"sensitive": True}, by=carla)
    ask = Ask.objects.get(pk=need.ask_id)
    assert not ask.exclusions.exclude(person=None).exists()
    assert is_kept_from(sam, ask)
    assert is_kept_from(rosa, ask), "it is their own"


def test_all_of_a_thousand_are_and_those_that_look_alike_too(papers, carla, rosa):
    first = asked(papers, by=rosa)
    asks = Ask.objects.bulk_create(copy_of(first.ask) for _ in range(1000))
    Need.objects.bulk_create(copy_of(first, ask=ask) for ask in asks)
    AskContactPoint.objects.bulk_create(
        AskContactPoint(ask=ask, fingerprint=f"{ask.pk:032d}") for ask in asks
    )
    alike = asked(factories.category("food"), by=rosa).ask
    alike.alike.add(asks[-1])
    change_catalogue(papers, {"sensitive": True}, by=carla)
    assert Ask.objects.filter(veiled=False).count() == 0
    assert not asks_to_veil().exists()
    last = AskContactPoint.objects.get(ask=asks[-1])
    assert last.fingerprint != f"{asks[-1].pk:032d}"


def test_where_the_change_is_undone_nothing_is_veiled(papers, carla, rosa):
    need = asked(papers, by=rosa)
    with transaction.atomic():
        change_catalogue(papers, {"sensitive": True}, by=carla)
        assert Ask.objects.get(pk=need.ask_id).veiled
        transaction.set_rollback(True)
    ask = Ask.objects.get(pk=need.ask_id)
    assert (ask.veiled, ask.account) == (False, rosa)


def test_another_change_of_a_category_veils_nothing(papers, carla, rosa):
    need = asked(papers, by=rosa)
    change_catalogue(papers, {"name": "Papers"}, by=carla)
    assert not Ask.objects.get(pk=need.ask_id).veiled
