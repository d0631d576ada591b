"""Contact that comes becomes one ask, which a coordinator reads first; newer contact changes it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mutualaid.backups.replay import replay
from mutualaid.notify.models import Notification
from mutualaid.partners import rules
from mutualaid.partners.actions.taking_up import TAKEN_UP_WITHIN, take_up
from mutualaid.partners.models import IncomingReferral
from mutualaid.partners.states import IncomingState
from mutualaid.partners.sweep import sweep
from mutualaid.people.actions import block_contact_points
from requests_app import actions
from requests_app.actions.erasing import erase_ask
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, AskContact, NeedNotes
from requests_app.signals import ask_copied
from requests_app.states import CloseReason, NeedState
from tests.support import factories, referrals
from tests.support.claims import sent as messages_sent
from tests.support.keys import NEW, OLD
from tests.support.referrals import anew, claimed, comes, names, of


def copied(ask: Ask | None) -> dict[str, Any]:
    """What rooms above needs add to a neighbour's copy of their data."""
    answers: list[Any] = [answer for _, answer in ask_copied.send(sender=Ask, ask=ask)]
    return {name: value for answer in answers for name, value in answer.items()}


def test_contact_becomes_an_ask_that_a_coordinator_reads_first(crown, here):
    ask = here.ask
    need = of(here)
    assert (here.state, here.contact, here.contact_at) == (IncomingState.RECEIVED, "", None)
    assert (need.state, ask.read_first, ask.read_at, need.held_back) == ("triage", True, None, "")
    assert (ask.source, ask.reference) == (rules.source_of(crown), str(here.public_id))
    assert len(ask.source) == Ask._meta.get_field("source").max_length
    assert (need.category.slug, need.locality.slug, need.urgency) == ("groceries", "saltmarsh", 2)
    assert (need.people_count, need.needed_by) == (2, timezone.localdate() + timedelta(days=7))
    assert NeedNotes.objects.get(need=need).text == "No pork, please"
    contact = AskContact.objects.get(ask=ask)
    assert (contact.name, contact.address, contact.channels) == (
        "Noor",
        "5 Canal Walk",
        "email,call",
    )
    assert {language.code for language in ask.languages.all()} == {"en", "es"}
    assert referrals.told(crown) == ["looking"]


def test_the_neighbour_hears_by_whom_it_was_passed_on(here):
    (row,) = Notification.objects.filter(kind="partner_need_received")
    from mutualaid.notify.registry import compose

    message = compose(row.kind, row.about_id)
    assert message.context["partner"] == "Crown Heights"
    assert message.recipient.email == "noor@people.example"
    assert messages_sent("need_received") == 0


def test_contact_twice_makes_one_ask(crown, here):
    comes(crown, referrals.contact_of(here.public_id))
    sweep()
    take_up(here.pk)
    assert Ask.objects.count() == 1
    assert messages_sent("partner_need_received") == 1


def test_stopped_between_the_contact_and_the_ask_it_is_made_by_the_next_sweep(
    crown, carla, monkeypatch
):
    referral = referrals.accepted(crown, by=carla)
    comes(crown, referrals.contact_of(referral.public_id))

    def killed(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("mutualaid.partners.actions.taking_up.tell_neighbour_of", killed)
        with pytest.raises(KeyboardInterrupt):
            sweep()
    assert not Ask.objects.exists()
    assert anew(referral).contact_at is not None
    sweep()
    assert Ask.objects.count() == 1
    assert anew(referral).contact == ""


def test_what_no_key_opens_waits_and_holds_up_no_other(crown, carla, settings):
    settings.CONTACT_KEYS = [OLD]
    waits = referrals.accepted(crown, by=carla)
    comes(crown, referrals.contact_of(waits.public_id))
    settings.CONTACT_KEYS = [NEW]
    other = referrals.accepted(crown, by=carla)
    comes(crown, referrals.contact_of(other.public_id))
    sweep()
    assert anew(other).need is not None
    assert list(IncomingReferral.objects.due().values_list("pk", flat=True)) == [waits.pk]
    settings.CONTACT_KEYS = [NEW, OLD]
    sweep()
    assert IncomingReferral.objects.filter(need__isnull=False).count() == 2


def test_their_copy_of_their_data_says_who_passed_it_on(crown, here):
    told = copied(here.ask)["passed_on_to_us_by"]
    assert (told["group"], told["its_phone"]) == ("Crown Heights", "555 0199")
    assert "passed_on_to_us_by" not in copied(factories.ask())


def test_an_ask_that_is_here_already_is_not_made_again(crown, here):
    """As after a backup of ours was restored that knew the ask, and not yet that it was made."""
    IncomingReferral.objects.update(ask=None, need=None)
    comes(crown, referrals.contact_of(here.public_id, name="Somebody else"))
    sweep()
    assert Ask.objects.count() == 1
    assert (anew(here).ask, anew(here).need) == (here.ask, here.need)


def test_an_ask_that_was_erased_is_not_made_again(crown, here):
    erase_ask(here.ask)
    IncomingReferral.objects.update(
        state=IncomingState.ACCEPTED, ended_at=None, erased_at=None, ask=None, need=None
    )
    comes(crown, referrals.contact_of(here.public_id))
    sweep()
    assert names() <= {""}
    assert anew(here).erased_at is not None


def test_contact_that_waited_for_long_comes_from_a_backup_and_goes(crown, carla):
    referral = referrals.accepted(crown, by=carla)
    comes(crown, referrals.contact_of(referral.public_id))
    long_ago = timezone.now() - TAKEN_UP_WITHIN - timedelta(minutes=1)
    IncomingReferral.objects.update(contact_at=long_ago)
    sweep()
    assert not Ask.objects.exists()
    assert (anew(referral).state, anew(referral).contact) == (IncomingState.UNMET, "")
    assert referrals.told(crown) == ["unmet"]


def test_contact_that_waits_in_a_backup_becomes_no_ask_after_a_restore(crown, carla, here):
    referral = referrals.accepted(crown, by=carla)
    for one in (referral, here):
        comes(crown, referrals.contact_of(one.public_id, name="Ana"))
    replay([])
    assert (anew(referral).state, anew(referral).contact) == (IncomingState.UNMET, "")
    assert referrals.told(crown)[-1] == "unmet"
    sweep()
    assert names() == {"Ana"}, (
        "what is an ask here goes on, and was erased by the ledger if it had to be"
    )
    assert Ask.objects.count() == 1


def test_where_the_area_is_gone_meanwhile_the_partner_looks_on(crown, carla):
    referral = referrals.accepted(crown, by=carla)
    referral.locality.delete()
    comes(crown, referrals.contact_of(referral.public_id))
    sweep()
    assert (anew(referral).state, anew(referral).contact) == (IncomingState.UNMET, "")
    assert referrals.told(crown) == ["unmet"]


def test_from_a_blocked_phone_it_is_read_first_as_any_other(crown, carla):
    block_contact_points("608 555 0142", reason="other", by=carla)
    here = referrals.received(crown, by=carla)
    assert of(here).state == NeedState.TRIAGE


def test_newer_contact_changes_the_ask_by_a_change_of_the_neighbour(crown, here, sam):
    claimed(here, sam)
    newer = referrals.contact_of(here.public_id, address="9 New Road", notes="Third floor")
    comes(crown, newer)
    sweep()
    assert AskContact.objects.get(ask=here.ask).address == "9 New Road"
    assert NeedNotes.objects.get(need=here.need).text == "Third floor"
    assert of(here).events.filter(action="change").exists()
    assert messages_sent("need_changed") == 1
    assert (anew(here).contact, anew(here).contact_at) == ("", None)


@pytest.mark.parametrize("is_told", [True, False])
def test_newer_contact_after_the_end_is_dropped_and_the_end_told_again(crown, here, carla, is_told):
    actions.close_need(of(here), by=coordinator(carla), reason=CloseReason.UNABLE)
    if is_told:
        sweep()
    comes(crown, referrals.contact_of(here.public_id, address="9 New Road"))
    sweep()
    assert AskContact.objects.get(ask=here.ask).address == "5 Canal Walk"
    assert (anew(here).contact, anew(here).state) == ("", IncomingState.UNMET)
    assert referrals.told(crown) == ["looking", "unmet", *(["unmet"] if is_told else [])]


def test_who_sends_contact_again_hears_again_how_it_stands(crown, here):
    """As a partner does that restored a backup, and has lost what we told it."""
    comes(crown, referrals.contact_of(here.public_id))
    sweep()
    assert referrals.told(crown) == ["looking", "looking"]
    assert not of(here).events.filter(action="change").exists()


def test_a_need_that_came_from_a_group_is_handed_to_no_other(here, carla):
    """Also once nothing but its ask is left of it."""
    actions.publish_need(of(here), by=coordinator(carla))
    own = factories.need()
    Ask.objects.update(may_ask_partners=True)
    IncomingReferral.objects.all().delete()
    assert list(rules.askable()) == [own]
