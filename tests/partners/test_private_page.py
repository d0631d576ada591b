"""What the neighbour sees of other groups on their private page, and their yes or no to one."""

import html
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mutualaid.partners import rules
from mutualaid.partners.actions import referring
from mutualaid.partners.models import OutgoingMessage, OutgoingReferral, Partner
from mutualaid.partners.pages.fields_sent import LABELS
from mutualaid.partners.pages.standing import ICONS, SENTENCES
from mutualaid.partners.protocol.messages import ReferralAsk, ReferralContact
from mutualaid.partners.states import HELP_THERE, OutgoingState
from mutualaid.people.models import Role
from requests_app.access.links import make_link
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import SITE
from requests_app.models import AccessLogEntry, Need
from requests_app.states import NeedState
from tests.support import factories, groups
from tests.support.groups import asked
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
O = OutgoingState  # noqa: E741
ANA = ContactDetails(
    name="Ana", phone="608 555 0100", address="7 Hill Road", channels="call,sms", no_voicemail=True
)
OWN_VALUES = ("608 555 0100", "7 Hill Road", "Ring twice")


@pytest.fixture
def crown(db: None) -> Partner:
    return groups.live_group()


@pytest.fixture
def need(crown: Partner) -> Need:
    return groups.askable_need(contact=ANA, notes="Ring twice")


@pytest.fixture
def link(need: Need) -> str:
    return f"/need/{make_link(need.ask)}/"


@pytest.fixture
def question(need: Need, crown: Partner) -> OutgoingReferral:
    """Crown Heights said yes, and the neighbour is asked."""
    return asked(need, crown, O.ACCEPTED)


@pytest.fixture
def page(link: str, question: OutgoingReferral) -> str:
    return f"{link}groups/{question.public_id}/"


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def state(referral: OutgoingReferral) -> str:
    referral.refresh_from_db()
    return referral.state


def contacts_sent() -> int:
    return OutgoingMessage.objects.filter(kind=ReferralContact.kind).count()


class TestWhereItStands:
    def test_there_are_words_and_a_sign_for_each_state(self):
        assert set(SENTENCES) == set(ICONS) == set(OutgoingState)

    @pytest.mark.parametrize(
        ("state", "said"),
        [
            (O.ASKED, "whether someone there can help. They have until"),
            (O.DECLINED, "No one at <bdi>Crown Heights</bdi> can help with it just now."),
            (O.SILENT, "No answer came in time"),
            (O.ACCEPTED, "Someone at <bdi>Crown Heights</bdi> can help."),
            (O.NOT_WANTED, "You said no"),
            (O.AGREED, "is looking for someone who will get in touch with you"),
            (O.TAKEN, "Someone from <bdi>Crown Heights</bdi> is coming"),
            (O.DONE, "They ask you whether it arrived."),
            (O.CONFIRMED, "The help from <bdi>Crown Heights</bdi> arrived."),
            (O.UNMET, "couldn't help after all"),
            (O.WITHDRAWN, "It was taken back"),
        ],
    )
    def test_it_is_said_in_plain_words(self, client, link, need, crown, state, said):
        asked(need, crown, state)
        shown = text(client.get(link))
        assert "<h2>Neighbouring groups</h2>" in shown
        assert said in shown
        assert ("555 0199" in shown) == (state in HELP_THERE)
        assert ("and decide" in shown) == (state == O.ACCEPTED)

    def test_what_they_were_told_at_which_step_and_that_it_is_erased_there(
        self, client, link, need, crown
    ):
        now = timezone.now()
        referral = asked(need, crown, O.UNMET)
        shown = text(client.get(link))
        assert "We didn't say who you are." in shown
        assert "After your yes: your name" in shown
        assert "erase your details" not in shown
        OutgoingReferral.objects.filter(pk=referral.pk).update(erase_asked_at=now)
        assert "We asked them to erase your details." in text(client.get(link))
        OutgoingReferral.objects.filter(pk=referral.pk).update(erased_there_at=now)
        assert "They erased your details." in text(client.get(link))

    def test_it_is_said_of_each_need_of_the_ask_and_of_no_other(self, client, link, need, crown):
        more = factories.need(of=need.ask, category=factories.category("rides"))
        asked(more, crown, O.TAKEN)
        asked(groups.askable_need(), crown, O.DECLINED)
        shown = text(client.get(link))
        assert "<bdi>Crown Heights</bdi>: Rides" in shown
        assert "can help with it just now" not in shown

    def test_one_who_is_signed_in_gets_there_from_their_own_page(self, client, crown):
        rosa = factories.person("Rosa")
        need = groups.askable_need(account=rosa)
        asked(need, crown)
        browser = sign_in(client, rosa)
        shown = browser.post(f"/me/asks/{need.ask.public_id}/", follow=True)
        assert "Neighbouring groups" in text(shown)

    def test_with_the_switch_off_nothing_is_read_or_shown(self, client, link, need, crown):
        referral = asked(need, crown, O.ACCEPTED)
        factories.set_policy(has_partners=False)
        with CaptureQueriesContext(connection) as read:
            shown = text(client.get(link))
        assert not [one for one in read if "partners_" in one["sql"]]
        assert "Crown Heights" not in shown
        assert client.get(f"{link}groups/{referral.public_id}/").status_code == 404

    def test_three_needs_take_no_more_queries_than_one(self, client, link, need, crown):
        asked(need, crown)
        with CaptureQueriesContext(connection) as one:
            client.get(link)
        for name in ("Hilltop", "Bay"):
            asked(need, groups.live_group(name), O.DECLINED)
        with CaptureQueriesContext(connection) as three:
            client.get(link)
        read = [[q for q in queries if "partners_" in q["sql"]] for queries in (one, three)]
        assert len(read[0]) == len(read[1]) == 1


class TestTheQuestion:
    def test_it_says_who_that_is_and_what_would_go_there(self, client, page):
        shown = text(client.get(page))
        for words in (
            "May <bdi>Crown Heights</bdi> know who you are?",
            "555 0199",
            "https://crown",
            "But we can't make them forget what they have read.",
            "we go on looking here",
            "Safe ways",
        ):
            assert words in shown, words
        assert 'href="https://crown' not in shown

    def test_every_field_that_goes_out_has_a_name_on_it(self):
        sent = {field.name for field in fields(ReferralContact)} - {"referral"}
        assert set(LABELS) == sent

    def test_what_they_know_already_is_all_that_was_asked(self, client, page, need):
        need.people_count = 4
        need.week_parts = 1
        need.save()
        known = dict(client.get(page).context["asked"])
        assert list(map(str, known)) == [
            "Kind", "Area", "How soon", "Good times", "People", "Helpers", "Languages",
        ]  # fmt: skip
        told = {field.name for field in fields(ReferralAsk)} - {"referral", "answer_by"}
        assert told == {
            "category", "category_name", "area", "urgency", "until", "week_parts", "people_count",
            "helpers_wanted", "languages",
        }  # fmt: skip

    def test_it_lists_only_what_the_neighbour_told_us(self, client, page):
        listed = [field.label for field in client.get(page).context["sent"]]
        assert listed == [
            LABELS[name]
            for name in (
                "name",
                "phone",
                "address",
                "channels",
                "no_voicemail",
                "language",
                "notes",
            )
        ]

    def test_opening_it_changes_nothing_and_shows_no_detail_to_a_passer_by(
        self, client, page, question
    ):
        shown = text(client.get(page))
        assert not [value for value in OWN_VALUES if value in shown]
        client.head(page)
        assert state(question) == O.ACCEPTED
        assert not AccessLogEntry.objects.exists()

    def test_what_stands_there_is_shown_when_it_is_wanted_and_that_is_noted(
        self, client, page, link, question
    ):
        shown = text(client.post(page, {"show": "1"}))
        assert [value for value in OWN_VALUES if value in shown] == list(OWN_VALUES)
        assert "A call, A text message" in shown
        assert AccessLogEntry.objects.get().kind == AccessLogEntry.Kind.DOWNLOAD
        assert "someone with your link read or downloaded your details" in text(client.get(link))
        assert state(question) == O.ACCEPTED

    def test_yes_sends_it_once_however_often_it_is_pressed(self, client, page, question):
        answer = client.post(page, {"yes": "1"}, follow=True)
        assert state(question) == O.AGREED
        assert "We're sending it to them now." in text(answer)
        again = client.post(page, {"yes": "1"}, follow=True)
        assert "You said yes to <bdi>Crown Heights</bdi> already." in text(again)
        assert "You said yes to <bdi>Crown Heights</bdi> already." in text(
            client.post(page, {"no": "1"}, follow=True)
        )
        assert state(question) == O.AGREED
        assert contacts_sent() == 1

    def test_no_keeps_it_here(self, client, page, question):
        answer = client.post(page, {"no": "1"}, follow=True)
        assert state(question) == O.NOT_WANTED
        assert "They don't know who you are." in text(answer)
        assert "You said no to <bdi>Crown Heights</bdi> already." in text(
            client.post(page, {"yes": "1"}, follow=True)
        )
        assert contacts_sent() == 0

    @pytest.mark.parametrize("before", [O.ASKED, O.AGREED, O.TAKEN])
    def test_it_is_taken_back_at_any_time_until_help_is_given(
        self, client, link, page, question, before
    ):
        agreed = None if before == O.ASKED else timezone.now()
        OutgoingReferral.objects.filter(pk=question.pk).update(
            state=before, consented_at=agreed, contact_sent_at=agreed
        )
        assert "I don't want help from them after all" in text(client.get(link))
        answer = client.post(page, {"take_back": "1"}, follow=True)
        assert "It's taken back. We go on looking here." in text(answer)
        assert state(question) == O.WITHDRAWN
        assert ("We asked them to erase your details." in text(answer)) == (before != O.ASKED)
        again = client.post(page, {"take_back": "1"}, follow=True)
        assert "isn't asked any more" in text(again)

    def test_help_that_was_given_is_not_taken_back(self, client, link, page, question):
        now = timezone.now()
        OutgoingReferral.objects.filter(pk=question.pk).update(state=O.DONE, consented_at=now)
        assert "after all" not in text(client.get(link))
        client.post(page, {"take_back": "1"})
        assert state(question) == O.DONE

    def test_a_press_without_an_answer_only_shows_it(self, client, page, question):
        assert client.post(page).status_code == 200
        assert state(question) == O.ACCEPTED

    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("over", ["in time", O.WITHDRAWN, O.SILENT, O.DECLINED])
    def test_too_late_is_said_kindly_and_nothing_goes_out(
        self, client, page, question, method, over
    ):
        now = timezone.now()
        changed: dict[str, Any] = {"answer_by": now - timedelta(minutes=1)}
        if over != "in time":
            changed = {"state": over, "ended_at": now}
        OutgoingReferral.objects.filter(pk=question.pk).update(**changed)
        answer = getattr(client, method)(page, {"yes": "1"}, follow=True)
        assert "isn't asked any more. You don't have to do anything." in text(answer)
        assert contacts_sent() == 0
        assert state(question) != O.AGREED

    def test_taken_back_by_someone_else_at_that_moment_it_is_told(
        self, client, page, question, monkeypatch
    ):
        monkeypatch.setattr(rules, "may_be_told", lambda *_: False)
        answer = client.post(page, {"yes": "1"}, follow=True)
        assert "This has changed in the meantime." in text(answer)

    def test_the_question_to_another_neighbour_is_not_there(self, client, question):
        other = f"/need/{make_link(factories.ask())}/groups/{question.public_id}/"
        assert client.get(other).status_code == 404
        assert client.post(other, {"yes": "1"}).status_code == 404
        assert state(question) == O.ACCEPTED

    def test_a_coordinator_who_holds_the_link_is_led_to_the_admin(self, page, question):
        carla = sign_in(Client(), factories.person("Carla", Role.COORDINATOR))
        assert carla.post(page, {"yes": "1"}).status_code == 403
        assert state(question) == O.ACCEPTED

    def test_while_it_waits_the_need_rests(self, question, need):
        need.refresh_from_db()
        assert need.state == NeedState.REFERRED


def test_nothing_goes_there_before_the_yes(client, link, need, crown):
    referral = referring.ask_partner(need, crown, by=SITE)
    OutgoingReferral.objects.filter(pk=referral.pk).update(state=O.ACCEPTED)
    page = f"{link}groups/{referral.public_id}/"
    client.get(page)
    client.post(page, {"show": "1"})
    told = "".join(message.body for message in OutgoingMessage.objects.all())
    assert need.category.slug in told or need.category.name in told
    assert not [value for value in ("Ana", *OWN_VALUES) if value in told]
    client.post(page, {"yes": "1"})
    told = "".join(message.body for message in OutgoingMessage.objects.all())
    assert [value for value in ("Ana", *OWN_VALUES) if value in told] == ["Ana", *OWN_VALUES]
