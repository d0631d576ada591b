"""What other rooms write into the record: rules, roles, exports, months and the end; never anyone's words."""

from datetime import date, time

import pytest
from django.core.management import call_command
from django.utils import timezone

from mutualaid.data_rights.actions import erase_account
from mutualaid.data_rights.export import data_of
from mutualaid.ending.actions import call_off
from mutualaid.group.actions import change_group
from mutualaid.matching.actions import change_weights
from mutualaid.numbers.freezing import freeze
from mutualaid.people.actions import leave_role
from mutualaid.people.decisions import agree, propose
from mutualaid.people.models import Role, User
from mutualaid.people.roles import add_role
from mutualaid.policy.actions import change_policy
from mutualaid.record.entries import in_words, person_hash
from mutualaid.record.models import PersonSalt, RecordEntry
from requests_app.actions.contact_export import export_contacts
from tests.support import canary, factories, recorded, stored, winding

pytestmark = pytest.mark.django_db


def written() -> list[str]:
    return [in_words(entry) for entry in RecordEntry.objects.order_by("pk")]


def test_a_site_without_a_record_stores_nothing(carla, client):
    change_policy(by=carla, changes={"erase_days": 40})
    change_group(by=carla, changes={"name": "Old Harbour"})
    add_role(factories.person("Dora"), Role.COORDINATOR, by=carla)
    freeze(date(2026, 1, 1))
    assert not RecordEntry.objects.exists()
    assert not PersonSalt.objects.exists()
    assert recorded.seal() == []


def test_switching_it_on_and_off_is_in_it(carla):
    change_policy(by=carla, changes={"has_record": True})
    change_policy(by=carla, changes={"has_record": False, "erase_days": 40})
    change_policy(by=carla, changes={"erase_days": 41})
    switch = "how our group works: “we keep a record that no one can change unnoticed” was changed"
    days = (
        "how our group works: “personal details are erased after (days)” was changed from 28 to 40."
    )
    assert written() == [
        "The record was switched on.",
        f"{switch} from no to yes.",
        f"{switch} from yes to no.",
        days.replace("personal details are erased after (days)", label("erase_days")),
        "The record was switched off.",
    ]


def label(name: str) -> str:
    from mutualaid.policy.models import Policy

    return Policy.label_of(name)


def test_numbers_of_the_policy_are_told_and_words_are_not(kept, carla):
    change_policy(
        by=carla,
        changes={
            "base_acceptance_rate": 0.25,
            "joining": "meet_first",
            "quiet_from": time(21, 30),
            "asking_paused_until": date(2027, 1, 2),
            "meeting_words": "Ring Ana on 555 987 6543",
        },
    )
    facts = {entry.facts["name"]: entry.facts for entry in RecordEntry.objects.all()}
    assert facts["base_acceptance_rate"]["now"] == "0.25"
    assert facts["joining"]["now"] == "meet_first"
    assert facts["quiet_from"]["now"] == "21:30:00"
    assert facts["asking_paused_until"] == {
        "row": "policy.policy", "version": 2, "name": "asking_paused_until", "was": None,
        "now": "2027-01-02",
    }  # fmt: skip
    assert facts["meeting_words"].keys() == {"row", "version", "name"}
    assert all("{" not in sentence for sentence in written())


def test_the_face_of_the_group_is_told_without_its_words(kept, carla):
    change_group(by=carla, changes={"name": "Old Harbour", "welcome_en": "Ring Ana."})
    assert [entry.kind for entry in RecordEntry.objects.all()] == ["rule.words", "rule.words"]
    assert any("the name of your group" in sentence for sentence in written())


def test_points_are_told(kept, carla):
    factories.set_points(near=40)
    change_weights({"near": 55, "rested": 10}, by=carla)
    assert "What counts how much: “near” was changed from 40 to 55 points." in written()


def test_who_became_or_ceased_to_be_coordinator_is_told_without_a_name(kept, carla):
    dora, mia = factories.person("Dora", Role.COORDINATOR), factories.person("Mia")
    agree(propose(f"give_{Role.COORDINATOR}", mia, by=carla), by=dora)
    agree(propose("deactivate", mia, by=carla), by=dora)
    agree(propose("reactivate", mia, by=carla), by=dora)
    agree(propose(f"take_{Role.COORDINATOR}", mia, by=carla), by=dora)
    leave_role(carla, Role.COORDINATOR)
    assert written() == [
        "Someone got a role: coordinator",
        "Someone with this role was switched off: coordinator",
        "Someone with this role was switched on again: coordinator",
        "Someone gave up a role, or it was taken from them: coordinator",
        "Someone gave up a role, or it was taken from them: coordinator",
    ]
    salts = PersonSalt.objects.filter(role="person").order_by("pk")
    assert [salt.user for salt in salts] == [mia, mia, mia, mia, carla]


def test_roles_that_look_after_nothing_are_not_told(kept, carla):
    add_role(factories.person("Rosa"), Role.NEIGHBOUR, by=carla)
    add_role(factories.person("Vera"), Role.VOLUNTEER)
    assert written() == []


def test_the_first_coordinator_is_told_too(kept, sam):
    call_command("make_coordinator", sam.email)
    assert written() == ["Someone got a role: coordinator"]


def test_a_coordinator_who_erases_their_account_is_told_and_recognised_no_more(kept, carla):
    factories.person("Dora", Role.COORDINATOR)
    recorded.happen(1, who=carla.pk)
    recorded.seal()
    erase_account(carla)
    recorded.seal()
    assert written()[-1] == "Someone with this role erased their account: coordinator"
    assert not PersonSalt.objects.exists()
    call_command("check_record")


def test_taking_contact_details_out_is_told_by_their_number(kept, carla):
    asks = [factories.ask().pk, canary.ask().pk]
    found = export_contacts(asks, reason="calls of the canary", by=carla)
    assert len(found) == 2
    assert RecordEntry.objects.get().facts == {"asks": 2}


def test_each_step_of_winding_down_is_told(kept, carla):
    dora = factories.person("Dora", Role.COORDINATOR)
    call_off(winding.agreed(carla, dora), by=carla)
    kinds = list(RecordEntry.objects.order_by("pk").values_list("kind", flat=True))
    assert [kind for kind in kinds if kind.startswith("ending.")] == [
        "ending.proposed", "ending.agreed", "ending.called_off",
    ]  # fmt: skip


def test_a_copy_of_what_is_mine_says_what_the_record_says_of_me(kept, sam, vera):
    recorded.happen(1, who=sam.pk)
    recorded.happen(2, who=vera.pk)
    recorded.seal()
    (mine,) = data_of(sam)["what_our_record_says_of_you"]
    assert (mine["number"], mine["what"]) == (1, "Thing 1 happened.")
    assert mine["hash"] == person_hash(mine["salt"], sam.pk)


def test_no_word_of_anyone_gets_into_it(kept, signed_in):
    carla = factories.person("Carla Canaryhelper", Role.COORDINATOR, email="canary@helper.example")
    change_policy(by=carla, changes={"asking_paused_words": "canary sings", "erase_days": 40})
    change_group(by=carla, changes={"name": "The canary group", "welcome_en": "canary words"})
    add_role(factories.person("Canaria"), Role.COORDINATOR, by=carla)
    export_contacts([canary.ask().pk], reason="for the canary", by=carla)
    winding.proposed(carla)
    recorded.seal()
    assert RecordEntry.objects.count() > 5
    rows = [row for row in stored.every_row().splitlines() if row.startswith("record_")]
    client = signed_in(carla)
    pages = [client.get(path).content.decode() for path in ("/record/", "/record/1/")]
    file = client.get("/record/1/seal.jsonl").content.decode()
    secrets = ("canaryhelper", "canaria", "canary@", "canary words", "canary sings", "for the canary",
               *(secret.lower() for secret in canary.SECRETS))  # fmt: skip
    for text in [*rows, file, *pages]:
        assert [secret for secret in secrets if secret in text.lower()] == []


def test_no_one_is_marked_by_an_id_in_it(kept, carla):
    change_policy(by=carla, changes={"erase_days": 40})
    entry = RecordEntry.objects.get()
    assert carla.pk not in entry.facts.values()
    assert entry.people.keys() == {"by"}
    assert len(entry.people["by"]) == 64
    assert User.objects.count() == 1
    assert entry.at <= timezone.now()
