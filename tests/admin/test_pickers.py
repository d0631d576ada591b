"""Rows of the catalogue are chosen from lists that stand on the page, without JavaScript as well."""

import re

import pytest

from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages():
    """A page on which each of the catalogue's relations is chosen, and what can be chosen there."""
    factories.category("moving")
    factories.locality("riverside", 0.0, 0.0)
    factories.language("ht", "Kreyòl")
    ask, offer = factories.need().ask, factories.offer(factories.person("Omar"))
    return {
        "/admin/resources/resource/add/": {"categories", "areas", "languages", "locality"},
        f"/admin/offers_app/offer/{offer.pk}/change/": {"categories", "localities", "languages"},
        f"/admin/requests_app/ask/{ask.pk}/change/": {"languages"},
        "/admin/catalog/locality/add/": {"parent"},
    }


def test_what_can_be_chosen_stands_on_the_page(carla, signed_in, pages):
    browser = signed_in(carla)
    for path, names in pages.items():
        html = browser.get(path).content.decode()
        for name in names:
            boxes = re.findall(rf'<input type="checkbox" name="{name}"', html)
            lists = re.findall(
                rf'<select name="{name}"(?![^>]*autocomplete).*?</select>', html, re.S
            )
            assert boxes or any(one.count("<option") > 1 for one in lists), (path, name)


def test_each_list_of_boxes_has_a_name(carla, signed_in, pages):
    html = signed_in(carla).get("/admin/resources/resource/add/").content.decode()
    groups = re.findall(r'role="group" aria-label="([^"]+)"', html)
    assert groups == ["kinds of help", "for people who live in", "languages"]


def test_each_column_and_box_of_inline_rows_has_a_name(carla, signed_in, pages):
    """What axe finds too, where a browser runs."""
    (path,) = (path for path in pages if "/ask/" in path)
    html = signed_in(carla).get(path).content.decode()
    assert re.findall(r"<th[^>]*>\s*</th>", html) == []
    boxes = re.findall(
        r'<(?:input|select)[^>]*name="exclusions-\d+-(?:person|contact_points)"[^>]*>', html
    )
    assert len(boxes) == 2
    assert all("aria-label=" in box for box in boxes)


@pytest.mark.filterwarnings("error::django.core.paginator.UnorderedObjectListWarning")
@pytest.mark.parametrize(
    ("app", "model", "field"),
    [
        ("matching", "match", "need"),
        ("requests_app", "claim", "volunteer"),
        ("requests_app", "need", "category"),
        ("requests_app", "need", "locality"),
        ("requests_app", "ask", "languages"),
    ],
)
def test_no_picker_shows_its_rows_in_a_different_order_each_time(admin, app, model, field):
    factories.need()
    query = f"app_label={app}&model_name={model}&field_name={field}"
    assert admin.get(f"/admin/autocomplete/?{query}&term=").status_code in (200, 403)
