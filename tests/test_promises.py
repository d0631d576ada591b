"""What pages promise is held: each promise by a test, and no page promises beside `mutualaid.promises`."""

import re
from importlib import import_module

import pytest
from django.conf import settings
from django.utils import translation

from mutualaid.i18n.extract import strings_in
from mutualaid.promises import PROMISES, WHO_SEES, Field, Viewer, rows, who_sees, who_sees_this

BY_FIELD_ROLE_AND_STATE = (
    "requests_app.test_who_sees_contact test_who_sees_which_detail_in_which_state"
)
AT_ONCE = "requests_app.test_who_sees_contact test_the_very_next_request_after_the_end_is_refused"
IN_CASE = (
    "requests_app.test_changing test_what_is_private_is_shown_on_no_page_whoever_holds_the_link"
)
BESIDE = "decisions.test_pages_without_account test_a_neighbour_says_what_they_think_and_it_stands_beside"
HELD_BY = {
    "after_the_yes": BY_FIELD_ROLE_AND_STATE,
    "address_after_the_yes": BY_FIELD_ROLE_AND_STATE,
    "one_says_yes": BY_FIELD_ROLE_AND_STATE,
    "area_only": "test_no_distance test_two_needs_of_one_area_look_the_same_to_the_last_byte",
    "read_before_invitations": "requests_app.test_asking"
    " test_any_reason_to_read_it_first_holds_for_every_need_of_it",
    "kept_from_their_accounts": "requests_app.test_kept_from_address"
    " test_asked_on_the_last_page_only_a_fingerprint_stays",
    "until_done": AT_ONCE,
    "looks_are_logged": "requests_app.test_who_sees_contact"
    " test_a_look_that_is_not_written_down_shows_nothing",
    "you_see_who_looked": "requests_app.test_contact_access"
    " test_the_neighbour_sees_who_looked_and_of_a_coordinator_only_that",
    "hidden_until_the_end": "decisions.test_pages"
    " test_until_the_end_no_one_sees_what_others_say_or_how_many",
    "reasons_without_names": "decisions.test_pages"
    " test_once_decided_counts_and_reasons_stand_without_names",
    "said_beside": BESIDE,
    "beside_not_counted": BESIDE,
    "hidden_again": AT_ONCE,
    "partners_asked_without_you": "partners.test_tick"
    " test_it_is_asked_where_there_is_a_group_and_never_ticked_before",
    "partners_learn_after_your_yes": "partners.test_private_page"
    " test_nothing_goes_there_before_the_yes",
    "partners_told_at_first": "partners.test_private_page test_nothing_goes_there_before_the_yes",
    "partners_never_asked": "partners.test_tick"
    " test_where_someone_must_not_find_out_the_tick_has_no_effect",
    "partners_after_your_yes": "partners.test_private_page test_nothing_goes_there_before_the_yes",
    "calls_tell_how_many": "partners.test_calls test_the_group_learns_how_many_come_and_not_who",
    "link_is_a_key": "requests_app.test_ways_back"
    " test_every_link_that_opens_nothing_gives_the_same_page",
    "not_behind_the_link": IN_CASE,
    "never_shown": IN_CASE,
    "kept_and_not_shown": IN_CASE,
    "empty_stays": IN_CASE,
    "never_behind_the_link": "requests_app.test_private_page"
    " test_the_page_shows_no_contact_detail_to_a_passer_by",
    "encrypted": "test_privacy test_the_database_holds_no_readable_detail",
    "no_position": "test_no_distance test_no_distance_is_told_to_anyone",
    "nobody_is_rated": "test_privacy test_no_one_is_asked_what_is_none_of_our_business",
    "reports_read_by_coordinators": "resources.test_who_reads_reports"
    " test_what_someone_wrote_stands_on_pages_of_coordinators_alone",
    "money_looks_are_logged": "fund.test_pages_roles"
    " test_each_look_is_logged_and_seen_by_whom_it_is_about",
    "pixels_alone": "fund.test_receipt_photos"
    " test_what_a_file_says_in_other_places_is_not_kept_either",
    "pledge_is_yours": "fund.test_pages test_a_pledge_is_for_oneself_and_the_sum",
    "break_is_private": "fair_work.test_breaks"
    " test_no_page_of_the_team_shows_that_someone_was_asked",
    "gifts_are_private": "fair_work.test_gifts test_i_alone_see_my_numbers",
    "money_of_many": "numbers.test_money test_nothing_is_shown_where_one_got_more_than_half",
    "hours_are_private": "hours.test_pages"
    " test_no_page_of_the_admin_and_no_page_of_others_shows_hours",
    "hours_invite_no_one": "hours.test_blind test_matches_scores_and_invitations_are_the_same",
    "push_names_nothing": "notify.test_push test_one_browser_can_read_one_neutral_line",
    "record_names_no_one": "record.test_rooms test_no_word_of_anyone_gets_into_it",
    "record_read_by_members": "record.test_pages"
    " test_without_an_account_no_one_can_read_or_guess_what_an_entry_says",
    "record_change_shows": "record.test_tampering"
    " test_a_head_that_was_kept_tells_of_a_whole_new_record",
}
PROMISING = re.compile(
    r"\b((who|they|others|volunteers) sees? (it|this|that|the \w+)|(is|are|be) (seen|shown|hidden|secret)"
    r"|(not|never) (be )?(shown|seen|told)|encrypt\w*|fingerprints?|looks? is written down"
    r"|write down who|learns?"
    r"|only (the person|the one|our coordinators)|our coordinators alone|does not leave|no one else)\b",
    re.I,
)
ELSEWHERE = (
    "mutualaid/promises.py",
    "mutualaid/retention/",  # how long: a table of its own, and tested with it
    "mutualaid/policy/", "mutualaid/importing/", "mutualaid/management/", "mutualaid/standalone/",
    "templates/admin/",
    "mutualaid/numbers/",  # which cells of the public numbers are shown: labels, each tested there
    "/admin/", "/admin.py", "/desk/", "/hard_rules.py",
)  # fmt: skip
"""Where promises stand in a table of their own, and what is said to coordinators and on a terminal."""


@pytest.mark.parametrize("name", PROMISES)
def test_every_promise_is_held_by_a_test(name):
    module, test = HELD_BY[name].split()
    assert callable(getattr(import_module(f"tests.{module}"), test))


def test_no_test_holds_a_promise_that_is_not_made():
    assert HELD_BY.keys() == PROMISES.keys()


def test_every_promise_is_made_on_a_page():
    places = ("templates/**/*", "*_app/**/*.py", "mutualaid/*/pages/*.py")
    files = [path for place in places for path in settings.BASE_DIR.glob(place)]
    text = "".join(path.read_text() for path in files if path.suffix in (".html", ".txt", ".py"))
    made = set(re.findall(r'{% promise "(\w+)" %}|PROMISES\["(\w+)"\]', text))
    assert {name for pair in made for name in pair if name} == PROMISES.keys()


def test_no_sentence_promises_beside_the_table():
    beside = {
        (source.file, source.text)
        for source in strings_in(settings.BASE_DIR)
        if PROMISING.search(source.text) and not any(part in source.file for part in ELSEWHERE)
    }
    assert beside == set()


@pytest.mark.parametrize("field", Field)
def test_who_sees_a_field_is_said_in_the_words_of_its_viewers(field):
    with translation.override("en"):
        sentence = str(who_sees_this(field))
        said = {viewer for viewer in Viewer if str(viewer.label) in sentence}
    assert said == set(WHO_SEES[field])


def test_the_table_on_the_pages_has_every_field_once():
    with translation.override("en"):
        shown = [label for labels, _who in rows() for label in labels]
        assert sorted(shown) == sorted(str(field.label) for field in Field)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/about/", "/ask/where/"])
def test_a_page_says_it_in_its_readers_language(client, path):
    answers = {
        language: client.get(path, headers={"Accept-Language": language}, follow=True)
        for language in ("en", "es", "ar")
    }
    assert len({answer.content for answer in answers.values()}) == 3


@pytest.mark.parametrize(("language", "mark"), [("en", "; "), ("zh-hans", "；"), ("ar", "؛ ")])
def test_viewers_are_listed_with_the_marks_of_the_language(language, mark):
    with translation.override(language):
        assert len(who_sees(Field.PHONE).split(mark)) == len(WHO_SEES[Field.PHONE])
