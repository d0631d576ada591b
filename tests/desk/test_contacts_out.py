"""Contact details to take along: for a reason, few in a day, each ask logged, and not whom it could harm."""

import csv
import io
import re
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from mutualaid.people.models import Role
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator
from requests_app.models import AccessLogEntry
from requests_app.states import CloseReason
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.signing_in import time_passes

pytestmark = pytest.mark.django_db
PAGE = "/admin/export/contacts/"
REASON = "Phone round before the storm"


def sheet(answer) -> list[dict[str, str]]:
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8", answer.content.decode()
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def take(admin, *, query="", how="csv", reason=REASON, **typed):
    return admin.post(PAGE + query, {"reason": reason, "how": how, **typed})


def looks() -> list[tuple[int, str]]:
    return sorted(AccessLogEntry.objects.values_list("ask", "kind"))


@pytest.fixture
def asks():
    bo = ContactDetails(
        name="Bo", phone="555 0177", email="bo@people.example", address="3 Lake Street"
    )
    ride = factories.category("rides")
    return factories.need().ask, factories.need(category=ride, contact=bo).ask


def test_the_page_says_what_it_means_and_looking_at_it_opens_nothing(admin, asks):
    page = admin.get(PAGE).content.decode()
    for sentence in ("of 2 asks", "at most 100", "sees on their private page", "Who did what"):
        assert sentence in page
    assert "555 0100" not in page
    assert looks() == []


def test_for_a_reason_they_come_as_a_sheet_and_each_ask_is_logged(admin, asks, carla):
    ana, bo = sheet(take(admin))
    assert (ana["Name"], ana["Phone"], ana["Address"]) == ("Ana", "555 0100", "7 Hill Road")
    assert (bo["Reference"], bo["What is needed"]) == (asks[1].code, "Rides · Riverside")
    assert looks() == [(asks[0].pk, "export"), (asks[1].pk, "export")]
    assert {entry.by for entry in AccessLogEntry.objects.select_related("by")} == {carla}


def test_whom_to_call_stands_beside_the_name_where_someone_asked_for_another(admin):
    factories.need(
        contact=ContactDetails(name="Bo", asked_by="Ana", whom_to_call="asker", phone="555 0177"),
    )
    factories.need()
    rows = {row["Name"]: row["Who to call"] for row in sheet(take(admin))}
    assert rows == {"Bo": "Ana", "Ana": ""}


def test_it_is_one_line_in_who_did_what_with_its_reason(admin, asks):
    take(admin)
    page = admin.get("/admin/people/stafflogentry/?kind=export").content.decode()
    assert page.count(f"exported contact details of 2 asks: {REASON}") == 1
    everything = admin.get("/admin/people/stafflogentry/").content.decode()
    assert asks[0].code not in everything


def test_the_neighbour_sees_that_a_coordinator_took_them_along(admin, asks, client):
    take(admin)
    page = client.get(f"/need/{make_link(asks[0])}/").content.decode()
    assert "a coordinator took your contact details along, on a list with others" in page
    assert "Carla" not in page


@pytest.mark.parametrize("reason", ["", "Calls", "x" * 201])
def test_without_a_reason_in_words_nothing_is_given_and_the_rest_stays_typed(reason, admin, asks):
    page = take(admin, reason=reason, how="csv").content.decode()
    assert "errorlist" in page
    assert re.search(r'value="csv"[^>]* checked', page)
    assert "555 0100" not in page
    assert looks() == []


def test_the_filter_of_the_list_counts(admin, asks):
    (bo,) = sheet(take(admin, query="?q=rides"))
    assert bo["Name"] == "Bo"
    assert looks() == [(asks[1].pk, "export")]


def test_an_old_sign_in_is_not_enough(admin, asks):
    time_passes(admin, 11 * 60)
    answer = take(admin)
    assert answer.status_code == 302
    assert looks() == []


@pytest.mark.parametrize("role", [Role.INTAKE, Role.AUDITOR, Role.SITE_KEEPER])
def test_no_other_role_may(role, signed_in, asks):
    mei = factories.person("Mei", role)
    assert take(signed_in(mei)).status_code == 403
    with pytest.raises(actions.NotForYou):
        actions.export_contacts([ask.pk for ask in asks], reason=REASON, by=mei)
    assert looks() == []


@pytest.fixture
def sensitive():
    """One for a private kind of help, and one of which someone must not find out."""
    papers = factories.need(
        category=factories.category("papers", sensitive=True),
        contact=ContactDetails(name="Cy", phone="555 0188"),
    ).ask
    kept = factories.need(
        contact=ContactDetails(name="Di", phone="555 0199", keep_from="their brother")
    ).ask
    kept.exclusions.create(fingerprint="f" * 32)
    return papers, kept


def test_sensitive_ones_are_left_out_unless_chosen_one_by_one(admin, asks, sensitive):
    page = admin.get(PAGE).content.decode()
    assert all(ask.code in page for ask in sensitive)
    assert all(ask.code not in page for ask in asks)
    assert [row["Name"] for row in sheet(take(admin))] == ["Ana", "Bo"]
    chosen = sheet(take(admin, sensitive=[sensitive[1].pk]))
    assert [row["Name"] for row in chosen] == ["Ana", "Bo", "Di"]


def test_whom_it_is_kept_from_is_on_no_list(admin, sensitive):
    for how in ("csv", "print"):
        content = take(admin, how=how, sensitive=[ask.pk for ask in sensitive]).content.decode()
        assert "555 0199" in content
        assert "brother" not in content


def test_what_was_not_called_safe_is_on_no_list(admin):
    quiet = ContactDetails(name="Ed", phone="555 0166", email="ed@people.example", channels="email")
    factories.need(contact=quiet)
    (row,) = sheet(take(admin))
    assert (row["Phone"], row["E-mail"], row["Safe ways"]) == ("", "ed@people.example", "An e-mail")


def test_what_is_over_or_erased_is_on_no_list(admin, asks, carla):
    actions.close_need(asks[0].needs.get(), by=coordinator(carla), reason=CloseReason.FULFILLED)
    assert [row["Name"] for row in sheet(take(admin))] == ["Bo"]


def test_in_a_day_one_person_takes_few_and_the_same_again_for_free(admin, asks, carla, monkeypatch):
    monkeypatch.setattr("requests_app.actions.contact_export.EXPORTED_A_DAY", 2)
    assert len(sheet(take(admin))) == 2
    assert len(sheet(take(admin))) == 2
    factories.need()
    page = take(admin).content.decode()
    assert "more than one person may take along in a day" in page
    assert "555 0100" not in page
    assert AccessLogEntry.objects.count() == 4, "what is refused is not logged"
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        pks = [ask.pk for ask in asks]
        assert len(actions.export_contacts(pks, reason=REASON, by=carla)) == 2


@pytest.mark.django_db(transaction=True)
def test_several_browsers_at_once_take_no_more_than_a_day_allows(carla, monkeypatch):
    monkeypatch.setattr("requests_app.actions.contact_export.EXPORTED_A_DAY", 3)
    asks = [factories.need().ask.pk for _ in range(6)]
    taken = at_once([partial(can_take, ask, carla) for ask in asks])
    assert taken.count(True) == 3
    slots = AccessLogEntry.objects.order_by("slot").values_list("slot", flat=True)
    assert list(slots) == [1, 2, 3]


def can_take(ask: int, user) -> bool:
    try:
        return bool(actions.export_contacts([ask], reason=REASON, by=user))
    except actions.TooManyExported:
        return False


def test_as_a_list_to_print_they_stand_beside_boxes_to_tick(admin, asks):
    page = take(admin, how="print").content.decode()
    assert "555 0177" in page
    assert "7 Hill Road" in page
    assert page.count('class="tick"') == 6
    assert len(looks()) == 2


def test_few_queries_however_many_asks(admin, django_assert_max_num_queries):
    for number in (1, 3, 60):
        for _ in range(number):
            factories.need()
        with django_assert_max_num_queries(40):
            take(admin)
