"""The slip of a call: a code and a QR code for the neighbour, which names no one and nothing."""

import re
from datetime import timedelta

import pytest

from mutualaid.group.actions import change_group
from mutualaid.people.models import Role
from requests_app import actions
from requests_app.access.links import ask_by_code, ask_by_token
from requests_app.actions import ContactDetails
from requests_app.models import Ask, AskContact, PrivateLink
from tests.support import factories
from tests.support.calling import codes_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ANA = ContactDetails(name="Ana", phone="608 555 0142", address="7 Hill Road")


@pytest.fixture
def ask() -> Ask:
    return factories.ask(contact=ANA)


def slip_page(ask: Ask) -> str:
    return f"/admin/requests_app/ask/{ask.pk}/code/"


def test_a_look_at_its_page_makes_no_code(ask, carla, signed_in):
    page = signed_in(carla).get(slip_page(ask))
    assert codes_in(page) == []
    assert not PrivateLink.objects.exists()


def test_it_carries_a_code_a_qr_code_and_where_to_type_it(ask, carla, signed_in, settings):
    settings.HELP_CONTACT = "608 555 0100"
    answer = signed_in(carla).post(slip_page(ask))
    (code,) = codes_in(answer)
    assert ask_by_code(code) == ask
    page = text(answer)
    assert f"{settings.SITE_URL}/need/find/" in page
    assert 'role="img" aria-label="QR code that leads to what you asked for"' in page
    assert "608 555 0100" in page
    assert answer.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_its_link_leads_to_the_ask(ask, carla, client):
    way_back = actions.make_code(ask, by=carla)
    token = way_back.link.rstrip("/").split("/")[-1]
    opened = ask_by_token(token)
    assert opened
    assert opened[0] == ask
    assert client.get(f"/need/{token}/").status_code == 200


def test_the_slip_itself_names_no_one_and_nothing(ask, carla, signed_in):
    page = text(signed_in(carla).post(slip_page(ask)))
    (slip,) = re.findall(r'<article class="slip".*?</article>', page)
    for kept in ("Ana", "555 0142", "Hill Road", "Groceries", "Riverside", ask.code, "Carla"):
        assert kept not in slip, kept


def test_printed_again_it_has_a_new_code_the_old_one_works_and_both_are_logged(
    ask, carla, signed_in
):
    browser = signed_in(carla)
    codes = [codes_in(browser.post(slip_page(ask)))[0] for _ in range(2)]
    assert len(set(codes)) == 2
    assert [ask_by_code(code) for code in codes] == [ask, ask]
    assert list(ask.access_log.values_list("kind", "by")) == [("code", carla.pk)] * 2


def test_it_says_whether_it_is_read_first_or_over(carla, signed_in):
    browser = signed_in(carla)
    factories.set_policy(needs_open_at_once=False)
    read_first = factories.ask(contact=ANA)
    assert "A coordinator reads it, then we look" in text(browser.post(slip_page(read_first)))
    actions.withdraw_need(read_first.needs.get())
    page = text(browser.post(slip_page(read_first)))
    assert "What you asked for is over." in page
    assert "we look for someone" not in page.split('class="slip"')[1]


def test_who_prints_it_is_warned_where_someone_must_not_find_out(carla, signed_in):
    browser, warning = signed_in(carla), "Ask before you send this slip"
    asks = [
        factories.ask(contact=ContactDetails(name="Bo", phone="608 555 0111", keep_from="he")),
        factories.ask(contact=ANA, keep_from_contact_points=["608 555 0199"]),
    ]
    for ask in asks:
        assert warning in text(browser.post(slip_page(ask)))
    assert warning not in text(browser.post(slip_page(factories.ask(contact=ANA))))


def test_the_slip_of_what_was_taken_back_leads_to_a_kind_page_soon_and_long_after(
    ask, carla, client
):
    link = actions.make_code(ask, by=carla).link
    path = "/" + link.split("/", 3)[3]
    actions.withdraw_need(ask.needs.get())
    assert "You took it back." in text(client.get(path))
    need = ask.needs.get()
    need.closed_at -= timedelta(days=400)
    need.save(update_fields=["closed_at"])
    gone = client.get(path)
    assert gone.status_code == 404
    assert "Enter your code" in text(gone)
    assert "Ana" not in text(gone)


def test_of_an_erased_ask_none_is_made(ask, carla, signed_in):
    actions.erase_ask(ask)
    page = text(signed_in(carla).post(slip_page(ask)))
    assert "Everything about this person is erased." in page
    assert 'class="slip"' not in page


def test_it_counts_as_a_look_and_after_too_many_it_says_so(carla, signed_in):
    factories.set_policy(coordinator_contact_views_per_hour=1)
    browser = signed_in(carla)
    assert len(codes_in(browser.post(slip_page(factories.ask())))) == 1
    refused = browser.post(slip_page(factories.ask()))
    assert codes_in(refused) == []
    assert "You have looked very often in this hour." in text(refused)


def test_whoever_takes_calls_prints_those_of_their_own_calls_alone(ask, signed_in):
    mei = factories.person("Mei", Role.INTAKE)
    browser = signed_in(mei)
    assert browser.post(slip_page(ask)).status_code == 404
    own = factories.ask(contact=ANA, taken_in_by=mei)
    assert len(codes_in(browser.post(slip_page(own)))) == 1


def test_the_slip_speaks_the_language_of_who_takes_it_home(carla, signed_in):
    change_group(by=None, changes={"phone": "555 0177", "line_ar": "عند البحر"})
    ask = factories.ask(contact=ANA)
    AskContact.objects.filter(ask=ask).update(language="ht")
    page = text(signed_in(carla).post(slip_page(ask)))
    (slip,) = re.findall(r'<article class="slip".*?</article>', page)
    assert 'lang="ht" dir="ltr"' in slip
    for words in ("Ou gen kesyon?", 'href="tel:5550177"', '<p lang="ar" dir="auto">عند البحر</p>'):
        assert words in slip
    assert "Print the slip" in page, "the page around it is the coordinator's"
