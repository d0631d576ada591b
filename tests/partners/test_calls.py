"""Many hands for a day: what we call for, and who of us comes to what Crown Heights calls for."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from mutualaid import clock
from mutualaid.data_rights.export import data_of
from mutualaid.partners.actions import calling
from mutualaid.partners.models import CallCount, Coming, IncomingCall, OutgoingCall, OutgoingMessage
from mutualaid.partners.protocol import messages, wire
from mutualaid.partners.states import PartnerState
from mutualaid.people.actions import block_contact_points
from mutualaid.retention import tasks as retention
from requests_app.actions import NeedDetails, close_need
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need
from requests_app.states import CloseReason
from tests.support import factories, partners
from tests.support.at_once import at_once
from tests.support.partners import OtherSite

pytestmark = pytest.mark.django_db


def their_call(**values: Any) -> messages.Call:
    """Crown Heights wants forty people on a day, for a clean-up in Saltmarsh."""
    defaults: dict[str, Any] = {
        "call": uuid4(),
        "title": "Clean-up after the flood",
        "category": "clean-up",
        "area": "Saltmarsh",
        "day": clock.today() + timedelta(days=3),
        "helpers_wanted": 40,
        "version": 1,
    }
    return messages.Call(**{**defaults, **values})


@pytest.fixture
def call(client, crown: OtherSite) -> IncomingCall:
    """One that came from Crown Heights."""
    assert crown.post(client, their_call()).status_code == 200
    return IncomingCall.objects.get()


def test_what_it_is_is_one_line_of_what_people_see_however_long_it_was(client, crown: OtherSite):
    told = their_call(title="\u202eClean-up\nafter " + "x" * 280, area="Salt\nmarsh" + "x" * 290)
    assert crown.post(client, told).status_code == 200
    kept = IncomingCall.objects.get()
    assert kept.title == "Clean-up after " + "x" * 45
    assert kept.area == "Salt marsh" + "x" * 90


def forty_hands() -> NeedDetails:
    return NeedDetails(
        category=factories.category(),
        locality=factories.locality(),
        needed_by=clock.today() + timedelta(days=3),
        helpers_wanted=40,
    )


@pytest.fixture
def ours(crown: OtherSite, carla) -> OutgoingCall:
    """One of our own, of which Crown Heights was told."""
    return calling.call_for_hands(forty_hands(), title="Clean-up after the flood", by=carla)


def sent(kind: str) -> list[Any]:
    """What waits to go out, of this kind, in its order."""
    rows = OutgoingMessage.objects.filter(kind=kind).order_by("pk")
    return [wire.read(row.body.encode())[1] for row in rows]


def sweep() -> None:
    """Do what the clock does with calls."""
    for job in (calling.end_past_calls, calling.tell_changes, calling.tell_counts):
        list(job())


def answer(browser, call: IncomingCall, **data: str) -> Any:
    url = f"/calls/{call.code}/"
    return browser.post(url, data, follow=True)


def test_a_call_of_a_group_is_on_the_members_page_with_whom_to_ring(call, sam, signed_in):
    page = signed_in(sam).get("/calls/").content.decode()
    for words in ("Clean-up after the flood", "Saltmarsh", "40", "Crown Heights", "555 0199"):
        assert words in page


def test_my_page_leads_there_while_there_is_one(call, sam, signed_in):
    assert 'href="/calls/"' in signed_in(sam).get("/me/").content.decode()
    IncomingCall.objects.update(ended_at=clock.now())
    assert 'href="/calls/"' not in signed_in(sam).get("/me/").content.decode()


def test_a_stranger_is_asked_to_sign_in(call, client):
    assert client.get("/calls/").status_code == 302
    url = f"/calls/{call.code}/"
    assert client.post(url, {"come": "1"}).status_code == 302
    assert not Coming.objects.exists()


def test_who_is_blocked_sees_none_and_comes_to_none(call, mallory, carla, signed_in):
    browser = signed_in(mallory)
    block_contact_points(mallory.email, reason="other", by=carla)
    assert "Clean-up" not in browser.get("/calls/").content.decode()
    answer(browser, call, come="1")
    assert not Coming.objects.exists()


def test_the_group_learns_how_many_come_and_not_who(call, sam, vera, signed_in):
    answer(signed_in(sam), call, come="1")
    answer(signed_in(sam), call, come="1")
    answer(signed_in(vera), call, come="1")
    sweep()
    sweep()
    (told,) = sent("call.answer")
    assert (told.call, told.coming) == (call.public_id, 2)
    body = OutgoingMessage.objects.get(kind="call.answer").body
    assert "Sam" not in body
    assert sam.email not in body


def test_their_copy_of_their_data_says_to_which_calls_they_said_yes(call, sam, vera, signed_in):
    answer(signed_in(sam), call, come="1")
    assert data_of(sam)["calls_of_neighbouring_groups_you_come_to"] == [
        {"group": "Crown Heights", "what": "Clean-up after the flood", "day": call.day}
    ]
    assert "calls_of_neighbouring_groups_you_come_to" not in data_of(vera)


def test_what_was_called_for_is_gone_with_the_record_and_who_came_before_that(call, sam, signed_in):
    answer(signed_in(sam), call, come="1")
    factories.set_policy(erase_days=28, record_days=180)
    for days, left in ((29, (0, 1)), (181, (0, 0))):
        over = clock.now() - timedelta(days=days)
        IncomingCall.objects.update(ended_at=over)
        retention.sweep()
        assert (Coming.objects.count(), IncomingCall.objects.count()) == left


def test_who_cannot_come_after_all_is_one_less(call, sam, signed_in):
    browser = signed_in(sam)
    answer(browser, call, come="1")
    sweep()
    page = answer(browser, call, stay_away="1").content.decode()
    assert "That&#x27;s fine" in page
    sweep()
    assert [told.coming for told in sent("call.answer")] == [1, 0]
    first, second = (told.version for told in sent("call.answer"))
    assert first < second


def test_a_newer_version_changes_it_and_an_older_one_does_not(call, client, crown):
    day = clock.today() + timedelta(days=5)
    newer = their_call(call=call.public_id, version=3, day=day, title="Clean-up, moved")
    crown.post(client, newer)
    crown.post(client, their_call(call=call.public_id, version=2))
    call.refresh_from_db()
    assert (call.version, call.day, call.title) == (3, day, "Clean-up, moved")


def test_one_that_is_over_there_is_over_here(call, client, crown, sam, signed_in):
    crown.post(client, their_call(call=call.public_id, version=2, is_open=False))
    page = answer(signed_in(sam), call, come="1").content.decode()
    assert "This call is over" in page
    assert not Coming.objects.exists()


def test_a_day_that_is_over_ends_it(call):
    IncomingCall.objects.update(day=clock.today() - timedelta(days=1))
    sweep()
    call.refresh_from_db()
    assert call.ended_at


def test_one_for_a_day_that_is_over_is_not_taken(client, crown):
    told = crown.post(client, their_call(day=clock.today() - timedelta(days=1)))
    assert (told.status_code, IncomingCall.objects.count()) == (422, 0)


def test_of_one_group_there_are_so_many_at_once_and_no_more(client, crown):
    for _ in range(calling.MOST_OPEN):
        assert crown.post(client, their_call()).status_code == 200
    assert crown.post(client, their_call()).status_code == 422
    assert IncomingCall.objects.count() == calling.MOST_OPEN


def test_of_a_group_that_is_paused_or_ended_none_is_shown(call, crown, sam, signed_in):
    for state in (PartnerState.PAUSED, PartnerState.ENDED):
        ended_at = clock.now() if state == PartnerState.ENDED else None
        type(crown.partner).objects.update(state=state, ended_at=ended_at)
        assert "Clean-up" not in signed_in(sam).get("/calls/").content.decode()


def test_the_same_id_of_two_groups_is_two_calls(call, client, sam, signed_in):
    hill = partners.other_site("Hill End")
    assert hill.post(client, their_call(call=call.public_id, title="Paint")).status_code == 200
    answer(signed_in(sam), call, come="1")
    assert Coming.objects.get().call == call


def test_a_group_changes_no_call_of_another(call, client):
    hill = partners.other_site("Hill End")
    hill.post(client, their_call(call=call.public_id, version=9, title="Mine now"))
    call.refresh_from_db()
    assert (call.title, call.version) == ("Clean-up after the flood", 1)


def test_words_from_elsewhere_are_words_and_nothing_else(client, crown, sam, carla, signed_in):
    crown.post(client, their_call(title="<b>now</b>", area="<script>x</script>"))
    for person, path in ((sam, "/calls/"), (carla, "/admin/many-hands/")):
        page = signed_in(person).get(path).content.decode()
        assert "&lt;b&gt;now&lt;/b&gt;" in page
        assert "<script>x" not in page


def test_a_coordinator_takes_one_off_the_page_and_the_group_hears_that_no_one_comes(
    call, sam, carla, signed_in
):
    answer(signed_in(sam), call, come="1")
    sweep()
    signed_in(carla).post(f"/admin/many-hands/{call.pk}/hide/")
    assert "Clean-up" not in signed_in(sam).get("/calls/").content.decode()
    sweep()
    assert [told.coming for told in sent("call.answer")] == [1, 0]


def test_no_one_else_takes_one_off_the_page(call, sam, signed_in):
    signed_in(sam).post(f"/admin/many-hands/{call.pk}/hide/")
    call.refresh_from_db()
    assert call.hidden_at is None


def test_what_goes_out_says_what_where_when_and_how_many(ours):
    need = ours.need
    told = messages.Call(
        call=ours.public_id,
        title="Clean-up after the flood",
        category=need.category.slug,
        area=need.locality.name,
        day=need.needed_by,
        helpers_wanted=40,
        version=1,
    )
    assert sent("call") == [told]


def test_it_is_a_need_of_the_group_itself(ours, crown):
    contact = ours.need.ask.contact
    assert (contact.phone, contact.email, contact.address) == ("", "", "")
    assert ours.need.ask.may_ask_partners is False
    assert ours.need.helpers_wanted == 40


def test_a_group_that_is_not_live_hears_of_none(crown, carla):
    partners.other_site("Hill End", state=PartnerState.PAUSED)
    details = NeedDetails(
        category=factories.category(), locality=factories.locality(), needed_by=clock.today()
    )
    calling.call_for_hands(details, title="Paint", by=carla)
    assert set(OutgoingMessage.objects.values_list("partner", flat=True)) == {crown.partner.pk}


def test_the_coordinators_see_how_many_come_from_where(ours, crown, client, carla, sam, signed_in):
    crown.post(client, messages.CallAnswer(call=ours.public_id, coming=12, version=1))
    page = signed_in(carla).get("/admin/many-hands/").content.decode()
    assert "40 wanted, 0 come from here and 12 from other groups." in page


def test_an_older_number_changes_nothing(ours, crown, client):
    crown.post(client, messages.CallAnswer(call=ours.public_id, coming=12, version=2))
    crown.post(client, messages.CallAnswer(call=ours.public_id, coming=3, version=1))
    assert CallCount.objects.get().coming == 12


def test_a_number_for_a_call_that_it_was_not_told_of_is_nothing_between_us(ours, client):
    hill = partners.other_site("Hill End")
    told = hill.post(client, messages.CallAnswer(call=ours.public_id, coming=1, version=1))
    assert told.status_code == 404
    assert CallCount.objects.get().coming == 0


def test_another_day_is_told_and_so_is_its_end(ours, carla):
    day = ours.day + timedelta(days=1)
    Need.objects.update(needed_by=day)
    sweep()
    sweep()
    close_need(Need.objects.get(), reason=CloseReason.FULFILLED, by=coordinator(carla))
    sweep()
    told = [(one.day, one.is_open) for one in sent("call")]
    assert told == [(ours.day, True), (day, True), (day, False)]
    versions = [one.version for one in sent("call")]
    assert versions == sorted(set(versions))


def test_versions_are_above_those_of_a_lost_future(ours, call, sam, signed_in):
    """A backup is put back: what was told since stands there with versions that we never heard of."""
    lost = int(clock.now().timestamp()) - 60
    Need.objects.update(needed_by=ours.day + timedelta(days=1))
    answer(signed_in(sam), call, come="1")
    sweep()
    assert sent("call")[-1].version > lost
    assert sent("call.answer")[-1].version > lost


def test_a_coordinator_calls_from_a_page(crown, carla, signed_in):
    day = clock.today() + timedelta(days=3)
    data = {
        "title": "Clean-up after the flood",
        "category": factories.category().slug,
        "locality": factories.locality().slug,
        "day": day.isoformat(),
        "helpers_wanted": "40",
    }
    browser = signed_in(carla)
    hidden = ("Ring 202 555 0143", "two oh two 555 oh one four three", "See example.org/come")
    titles = [{"title": title} for title in hidden]
    for wrong in (*titles, {"day": "2020-01-01"}, {"helpers_wanted": "1"}):
        page = browser.post("/admin/many-hands/", data | wrong)
        assert page.status_code == 200
        assert data["day"] in page.content.decode() or "day" in wrong
        assert not OutgoingCall.objects.exists()
    browser.post("/admin/many-hands/", data)
    assert OutgoingCall.objects.get().day == day


def test_a_page_that_is_sent_twice_calls_once(crown, carla, signed_in):
    data = {
        "once": str(uuid4()),
        "title": "Clean-up after the flood",
        "category": factories.category().slug,
        "locality": factories.locality().slug,
        "day": (clock.today() + timedelta(days=3)).isoformat(),
        "helpers_wanted": "40",
    }
    for _ in range(2):
        assert signed_in(carla).post("/admin/many-hands/", data).status_code == 302
    assert (OutgoingCall.objects.count(), Need.objects.count()) == (1, 1)
    assert len(sent("call")) == 1


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_sent_four_times_at_once_calls_once(crown, carla):
    call = partial(calling.call_for_hands, forty_hands(), title="Clean-up", by=carla, once=uuid4())
    assert len({made.pk for made in at_once([call] * 4)}) == 1
    assert (OutgoingCall.objects.count(), Need.objects.count()) == (1, 1)
    assert len(sent("call")) == 1


def test_without_partners_there_is_no_page_of_it(client, carla, sam, signed_in):
    for person, path in ((sam, "/calls/"), (carla, "/admin/many-hands/")):
        assert signed_in(person).get(path).status_code == 404


def test_someone_comes_once(call, sam):
    Coming.objects.create(call=call, user=sam)
    with pytest.raises(IntegrityError), transaction.atomic():
        Coming.objects.create(call=call, user=sam)


def test_a_call_has_one_row_for_each_group(call, crown, ours):
    with pytest.raises(IntegrityError), transaction.atomic():
        IncomingCall.objects.create(
            partner=crown.partner,
            public_id=call.public_id,
            day=call.day,
            helpers_wanted=1,
            version=1,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        CallCount.objects.create(call=ours, partner=crown.partner)
