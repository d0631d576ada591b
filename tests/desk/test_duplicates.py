"""Asks that look alike stand on one page with the reasons; there they are put together or told apart."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

import pytest
from django.test import Client
from django.utils import timezone

from mutualaid.desk.clusters import NUMBER_HOLDS, Reason, find_clusters
from mutualaid.desk.duplicates import PER_PAGE
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.people.models import Role
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, AskContact, AskContactPoint, Exclusion, Need, NeedEvent
from tests.support import factories, stored

pytestmark = pytest.mark.django_db
PAGE = "/admin/duplicates/"
NOTHING = "No two asks look alike just now."
ANA = ContactDetails(name="Ana Belle", phone="608-555-0142", email="ana@people.example")
SECRETS = ("Ana Belle", "Anna Belle", "555-0142", "5550142", "ana@people", "Hill Road")


def by(name: str, *, phone: str = "", **fields: object) -> Ask:
    """An ask by somebody with this name, whom nothing else joins with others."""
    return factories.ask(
        factories.details(**fields), contact=ContactDetails(name=name, phone=phone)
    )


def clusters() -> list[set[int]]:
    return [set(cluster.asks) for cluster in find_clusters()]


def reasons() -> set[Reason]:
    return {why for cluster in find_clusters() for whys in cluster.pairs.values() for why in whys}


def text(browser: Client) -> str:
    return " ".join(browser.get(PAGE).content.decode().split())


def test_the_same_phone_or_email_in_any_spelling_is_a_reason():
    one = factories.ask(factories.details(category=factories.category("meals")), contact=ANA)
    by_phone = by("Zoe", phone="+1 (608) 555 0142")
    by_email = factories.ask(contact=ContactDetails(name="Kim", email="Ana+aid@people.example"))
    by("Wu", phone="608-555-0199")
    assert clusters() == [{one.pk, by_phone.pk, by_email.pk}]
    assert reasons() == {Reason.CONTACT}


def test_the_same_phone_is_seen_too_where_one_of_the_asks_is_veiled():
    secret = factories.category("papers", sensitive=True)
    veiled = factories.ask(factories.details(category=secret), contact=ANA)
    plain = by("Zoe", phone="608-555-0142")
    assert Ask.objects.get(pk=veiled.pk).veiled
    assert clusters() == [{veiled.pk, plain.pk}]


def test_the_same_account_is_a_reason_veiled_or_not(rosa):
    secret = factories.category("papers", sensitive=True)
    one = factories.ask(contact=ContactDetails(name="R"), account=rosa)
    two = factories.ask(
        factories.details(category=secret), contact=ContactDetails(name="S"), account=rosa
    )
    factories.ask(contact=ContactDetails(name="T"), account=factories.person())
    assert clusters() == [{one.pk, two.pk}]
    assert reasons() == {Reason.ACCOUNT}


@pytest.mark.parametrize("name", ["Anna Belle", "ana belle", "Belle Ána", "Ana-Belle"])
def test_the_same_kind_area_and_day_with_a_similar_name_is_a_reason(name):
    one, two = by("Ana Belle"), by(name)
    assert clusters() == [{one.pk, two.pk}]
    assert reasons() == {Reason.NAME}


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Ina Maas"},
        {"name": "Ana Belle", "category": "meals"},
        {"name": "Ana Belle", "locality": "hilltop"},
        {"name": "Ana Belle", "needed_by": timezone.localdate() + timedelta(days=5)},
        {"name": "Ana Belle", "people_count": 9},
        {"name": ""},
    ],
)
def test_what_differs_in_kind_area_day_name_or_size_does_not_look_alike(other):
    by("Ana Belle", people_count=2)
    if slug := other.pop("category", ""):
        other["category"] = factories.category(slug)
    if slug := other.pop("locality", ""):
        other["locality"] = factories.locality(slug)
    by(**other)
    assert clusters() == []


def test_without_any_name_the_same_number_of_people_is_a_reason():
    one, two = by("", people_count=4), by("", people_count=4)
    by("", people_count=2)
    by("")
    assert clusters() == [{one.pk, two.pk}]
    assert reasons() == {Reason.SIZE}


def test_what_is_over_merged_or_erased_looks_like_nothing(carla):
    ask, over, merged = (factories.ask(contact=ANA) for _ in range(3))
    actions.withdraw_need(over.needs.get())
    actions.merge_asks(merged, into=ask, by=coordinator(carla))
    assert clusters() == []
    actions.erase_ask(over)
    assert clusters() == []


def test_who_was_told_apart_is_left_out_and_others_still_join(carla):
    one, two = (by(name, phone="608-555-0142") for name in ("Zoe", "Kim"))
    assert clusters() == [{one.pk, two.pk}]
    actions.mark_alike(two, other=one, by=coordinator(carla))
    assert clusters() == []
    three = by("Wu", phone="608-555-0142")
    assert clusters() == [{one.pk, two.pk, three.pk}], "the new one may be either of them"
    actions.mark_alike(three, other=two, by=coordinator(carla))
    assert clusters() == [{one.pk, three.pk}], "it still has to be told apart from the first"
    actions.mark_alike(three, other=one, by=coordinator(carla))
    assert clusters() == []
    actions.unmark_alike(one, other=two, by=coordinator(carla))
    assert clusters() == [{one.pk, two.pk}]


def test_several_reasons_join_into_one_cluster_and_the_strongest_stands_first():
    weak = {by("Ina Maas").pk, by("Ina Maas").pk}
    first, second = factories.ask(contact=ANA), factories.ask(contact=ANA)
    third = by("Ana Bell")
    assert clusters() == [{first.pk, second.pk, third.pk}, weak]


def test_a_name_that_no_key_opens_joins_nothing():
    one, _two = by("Ana Belle"), by("Ana Belle")
    AskContact.objects.filter(pk=one.pk).update(name="")
    assert clusters() == []


def test_the_page_says_why_shows_no_detail_and_is_no_look(admin):
    one, two = factories.ask(contact=ANA), factories.ask(contact=ANA)
    page = text(admin)
    why = "the same phone or e-mail; the same kind, area and day, and a similar name"
    assert f"Like {one.code}: {why}." in page
    assert f"/admin/requests_app/ask/{two.pk}/same-household/?other={one.code}" in page
    assert stored.leaks(SECRETS, page) == []
    assert not Ask.objects.filter(access_log__isnull=False).exists()
    assert NOTHING not in page
    assert f'href="{PAGE}">Duplicates</a>' in page


def test_where_there_is_nothing_it_says_so(admin):
    factories.ask(contact=ANA)
    assert NOTHING in text(admin)


def test_from_there_they_are_told_apart_with_one_click_and_that_is_undone(admin):
    one, two = factories.ask(contact=ANA), factories.ask(contact=ANA)
    path = f"/admin/requests_app/ask/{two.pk}/different-people/"
    answer = admin.post(path, {"other": one.code, "back": "duplicates"}, follow=True)
    assert answer.redirect_chain[-1][0] == PAGE
    page = answer.content.decode()
    assert NOTHING in page
    (undo,) = re.findall(r'href="([^"]+/not-different/[^"]+)"', page)
    admin.post(undo.partition("?")[0], {"other": one.code}, follow=True)
    assert clusters() == [{one.pk, two.pk}]


def test_from_there_they_are_put_together_which_is_audited_and_undone(admin, carla):
    one, two = factories.ask(contact=ANA), factories.ask(contact=ANA)
    path = f"/admin/requests_app/ask/{two.pk}/same-household/"
    shown = admin.get(path, {"other": one.code, "back": "duplicates"}).content.decode()
    assert '<input type="hidden" name="back" value="duplicates">' in shown
    typed = {"other": one.code, "keep": "other", "back": "duplicates"}
    answer = admin.post(path, typed, follow=True)
    assert answer.redirect_chain[-1][0] == PAGE
    assert one.needs.count() == 2
    assert NeedEvent.objects.get(action="merge").actor == carla
    assert "Who did what" in admin.get("/admin/people/stafflogentry/").content.decode()
    (undo,) = re.findall(r'href="([^"]+/not-one-household/)"', answer.content.decode())
    admin.post(undo, follow=True)
    assert [one.needs.count(), two.needs.count()] == [1, 1]
    assert clusters() == [{one.pk, two.pk}]


def preview(admin: Client, ask: Ask, other: Ask) -> list[str]:
    """Return the two columns of the preview: if the contact details of `ask` stay, and of `other`."""
    path = f"/admin/requests_app/ask/{ask.pk}/same-household/"
    page = " ".join(admin.get(path, {"other": other.code}).content.decode().split())
    table = page.split("What would become of it")[1].split("</table>")[0]
    rows = table.split("<tbody>")[1].split("</tr>")
    return [
        " ".join(cells[column] for cells in (row.split("<td>") for row in rows) if len(cells) > 2)
        for column in (1, 2)
    ]


def test_the_preview_shows_the_joined_ask_and_changes_nothing(admin, sam):
    meals = factories.details(category=factories.category("meals"))
    ana = factories.ask(contact=ANA)
    ben = factories.ask(meals, contact=replace(ANA, email=""))
    make_link(ana)
    factories.offer(by=sam)
    actions.claim_need(ana.needs.get(), by=sam, weekly_limit=9)
    before = list(Need.objects.values())
    this, other = preview(admin, ana, ben)
    for column in (this, other):
        assert "Groceries · Riverside" in column
        assert "Meals · Riverside" in column
        assert "private link" in column
    assert "A new link goes to the e-mail address that stays." in this
    assert "a coordinator calls" in other
    assert "Sam still comes for Groceries · Riverside. No one writes to them" in this
    assert "from now on sees the contact details that stay" in other
    assert list(Need.objects.values()) == before
    assert not Ask.objects.exclude(merged_into=None).exists()


def test_the_preview_says_whom_it_is_kept_from_and_what_waits_to_be_read(admin, sam, carla):
    ana = factories.ask(contact=ANA)
    ben = factories.ask(contact=ANA)
    actions.claim_need(ana.needs.get(), by=sam, weekly_limit=9)
    actions.exclude(ben, by=coordinator(carla), people=[sam])
    this, _other = preview(admin, ana, ben)
    assert "Sam need not come any more for Groceries · Riverside, and is told so" in this
    assert "until a coordinator has read" in this
    assert ana.needs.get().claims.live().exists(), "it is only a preview"
    assert Exclusion.objects.count() == 1


def test_the_preview_says_what_becomes_of_two_accounts_and_names_neither(admin, rosa):
    papers = factories.details(category=factories.category("papers", sensitive=True))
    vera = factories.person("Vera")
    ana = factories.ask(contact=ANA, account=rosa)
    ben = factories.ask(papers, contact=ANA, account=vera)
    lost, gained = "{} was sent does not show its needs any more.", "{} was sent shows all of them."
    this, other = preview(admin, ana, ben)
    assert lost.format(ben.code) in this
    assert gained.format(ana.code) in this
    assert lost.format(ana.code) in other
    assert gained.format(ben.code) in other
    for column in (this, other):
        assert "Rosa" not in column
        assert "Vera" not in column


@pytest.mark.parametrize("sensitive", [True, False])
def test_of_one_account_or_none_the_preview_says_nothing_about_it(admin, rosa, sensitive):
    other = factories.details(category=factories.category("papers", sensitive=sensitive))
    for account in (rosa, None):
        one, two = (
            factories.ask(contact=ANA, account=account),
            factories.ask(other, contact=ANA, account=account),
        )
        assert "The account with which" not in " ".join(preview(admin, one, two))


def test_who_sees_their_own_asks_only_does_not_get_there(signed_in):
    for role in (Role.INTAKE, Role.AUDITOR, Role.SITE_KEEPER):
        browser = signed_in(factories.person("Noor", role, email=f"{role}@people.example"))
        assert browser.get(PAGE).status_code == 403
        assert PAGE not in browser.get("/admin/").content.decode()


def many(count: int) -> None:
    """Make pairs of asks with one phone each."""
    fields = {"category": factories.category(), "locality": factories.locality()}
    until = timezone.now() + timedelta(days=7)
    asks = Ask.objects.bulk_create(Ask() for _ in range(2 * count))
    Need.objects.bulk_create(Need(ask=ask, open_until=until, **fields) for ask in asks)
    names = [str(uuid5(NAMESPACE_OID, str(place))) for place in range(count)]
    AskContact.objects.bulk_create(
        AskContact(ask=ask, name=names[place % count]) for place, ask in enumerate(asks)
    )
    marks = [next(iter(fingerprints(f"608-555-{place:04}"))) for place in range(count)]
    AskContactPoint.objects.bulk_create(
        AskContactPoint(ask=ask, fingerprint=marks[place % count]) for place, ask in enumerate(asks)
    )


@pytest.mark.parametrize("count", [1, 3, 500])
def test_the_page_costs_the_same_for_a_pair_and_for_many(admin, count, django_assert_num_queries):
    text(admin)
    many(count)
    with django_assert_num_queries(11):
        page = text(admin)
    assert page.count("the same phone or e-mail; the same kind") == min(count, PER_PAGE)
    assert ("Page 1 of 25" in page) == (count == 500)


# The number on the board.


def number(browser: Client) -> int:
    found = re.search(rf'href="{PAGE}"><strong>(\d+)', browser.get("/admin/").content.decode())
    return int(found[1]) if found else 0


def test_the_number_on_the_board_is_that_of_the_clusters_on_the_page(admin):
    assert number(admin) == 0
    many(3)
    assert text(admin).count('<section class="cluster"') == number(admin) == 3
    one, two = factories.ask(contact=ANA), factories.ask(contact=ANA)
    assert text(admin).count('<section class="cluster"') == number(admin) == 4
    path = f"/admin/requests_app/ask/{two.pk}"
    typed = {"other": one.code, "back": "duplicates"}
    admin.post(f"{path}/different-people/", typed, follow=True)
    assert number(admin) == 3
    admin.post(f"{path}/not-different/", typed, follow=True)
    assert number(admin) == 4


def test_it_is_counted_once_a_minute_so_that_the_board_stays_fast(admin, monkeypatch):
    many(3)
    assert number(admin) == 3
    for _ in range(2):
        factories.ask(contact=ANA)
    assert number(admin) == 3
    later = timezone.now() + timedelta(seconds=NUMBER_HOLDS + 1)
    monkeypatch.setattr("django.core.cache.backends.db.tz_now", lambda: later)
    assert number(admin) == 4


def test_code_and_date_stand_in_their_order_in_arabic_too(admin):
    ask = factories.ask(contact=ANA)
    factories.ask(contact=ANA)
    page = text(admin)
    assert (
        f'<bdi><a href="/admin/requests_app/ask/{ask.pk}/change/">ask {ask.code}</a></bdi>' in page
    )
