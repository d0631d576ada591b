"""The rows of lists are written by code of our own: what stands in them is what Django would write."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import results
from django.test import Client
from django.utils.translation import override

from mutualaid.admin.change_list import SizedChangeList
from mutualaid.admin.rows import rows_of
from mutualaid.catalog.models import Category
from mutualaid.people.models import BlockedContactPoint, Role, User
from requests_app.models import Need
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def site(signed_in: Callable[[User], Client]) -> Client:
    """As someone sees it who may open every list, with rows that hold markup, blanks and nothing at all."""
    factories.resource('Table <b>of</b> "all"')
    factories.locality("<b>North</b> & south")
    helper = factories.person("Ali <i>& Bo</i>", Role.COORDINATOR)
    factories.offer(by=helper, has_vehicle=True)
    factories.need(locality=factories.locality("<b>North</b> & south"), urgency=4)
    factories.ask(source="sheet <1>", reference=" ")
    factories.category("odd", parent=Category.objects.first(), sensitive=True)
    BlockedContactPoint.objects.create(fingerprint="f" * 64, reason="adverts")
    return signed_in(factories.person("Ada", is_superuser=True))


def list_at(site: Client, address: str) -> SizedChangeList:
    shown: SizedChangeList = site.get(address).context["cl"]
    return shown


def by_django(shown: SizedChangeList) -> list[str]:
    return ["".join(cells) for cells in results(shown)]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_list_shows_what_django_would_show(site, language):
    filled = set()
    for model in admin.site._registry:
        answer = site.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/")
        if "cl" not in (answer.context or ()):  # it leads to its one row, or is a page of its own
            continue
        shown = answer.context["cl"]
        with override(language):
            ours = list(rows_of(shown))
            assert ours == by_django(shown), model
        filled |= {model.__name__} if ours else set()
    assert {"Need", "Ask", "Offer", "User", "Locality", "Category"} <= filled


def test_no_filter_has_a_choice_that_is_only_a_dash(site):
    for model in admin.site._registry:
        answer = site.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/")
        shown = (answer.context or {}).get("cl")
        for one in shown.filter_specs if shown else ():
            names = [str(choice["display"]) for choice in one.choices(shown)]
            assert not {"-", "–", ""} & set(names), (model, one.title)


def test_in_a_window_that_chooses_a_row_a_link_names_its_key(site):
    shown = list_at(site, "/admin/requests_app/need/?_popup=1")
    assert list(rows_of(shown)) == by_django(shown)
    need = Need.objects.order_by("pk").first()
    assert f'data-popup-opener="{need.pk}"' in "".join(rows_of(shown))


def test_a_link_keeps_the_filters_with_which_one_came(site):
    need = Need.objects.order_by("pk").first()
    shown = list_at(site, "/admin/requests_app/need/?q=&urgency__exact=4&rows=100")
    page = f"/admin/requests_app/need/{shown.result_list[0].pk}/change/"
    assert need
    assert f'href="{page}?_changelist_filters=q%3D%26urgency__exact%3D4%26rows%3D100"' in "".join(
        rows_of(shown)
    )
