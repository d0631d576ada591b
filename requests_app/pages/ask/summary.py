"""All answers as they are read back before they are sent: short nouns, and only what was said."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.answers import answer_in_words
from mutualaid.catalog.time_slots import ANY_TIME
from requests_app.pages.ask.wizard import (
    CONTACT,
    DETAILS,
    KIND,
    SOMEONE_ELSE,
    WHAT,
    WHEN,
    WHERE,
    WHO,
    Page,
    Wizard,
)

Nouns = dict[str, str | Promise]

WHAT_NOUNS: Nouns = {
    "category": _("Kind"),
    "people_count": pgettext_lazy("how many", "People"),
    "helpers_wanted": _("Helpers"),
    "notes": _("Notes"),
}
WHEN_NOUNS: Nouns = {
    "locality": _("Area"),
    "urgency": _("How soon"),
    "needed_by": _("Needed by"),
    "week_parts": _("Good times"),
    "weekdays": _("Every week on"),
    "repeat_until": _("Until"),
}
REACH_NOUNS: Nouns = {
    "for_whom": _("Who it is for"),
    "name": _("Name"),
    "asked_by": _("Asked by"),
    "whom_to_call": _("Who to call"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "address": _("Address"),
    "languages": _("Languages"),
    "may_ask_partners": _("Ask neighbouring groups too"),
}
SAFETY_NOUNS: Nouns = {
    "channels": _("Safe ways"),
    "first_way": _("Try first"),
    "times": _("Safe times"),
    "no_voicemail": _("No voice messages"),
    "keep_from": _("Must not find out"),
    "keep_from_contact_points": _("Their phone or e-mail"),
}


class SummaryRow(NamedTuple):
    noun: str | Promise
    answer: str
    page: str
    """The name of the page on which it is changed."""


class Thing(NamedTuple):
    number: int
    title: str
    what: list[SummaryRow]
    when: list[SummaryRow]
    details: str
    """The name of the page for notes, if none were written; "" otherwise."""


class Summary(NamedTuple):
    things: list[Thing]
    reach: list[SummaryRow]
    safety: list[SummaryRow]


def summary_of(wizard: Wizard) -> Summary:
    """Call it once `first_unanswered` is None."""
    shared = [page for page in wizard.pages() if page.step in (WHO, SOMEONE_ELSE, CONTACT)]
    return Summary(
        things=[_thing(wizard, number) for number in range(1, wizard.n_things + 1)],
        reach=list(_rows(wizard, shared, REACH_NOUNS)),
        safety=list(_rows(wizard, shared, SAFETY_NOUNS)),
    )


def _thing(wizard: Wizard, number: int) -> Thing:
    kinds = wizard.kinds(number)
    title = gettext(", ").join(kind.label for kind in kinds)
    kind_page = Page(KIND if Page(KIND, number) in wizard.pages() else WHAT, number)
    details = Page(DETAILS, number)
    what = list(_rows(wizard, [details], WHAT_NOUNS))
    return Thing(
        number,
        title,
        [SummaryRow(WHAT_NOUNS["category"], title, kind_page.name), *what],
        list(_rows(wizard, [Page(WHERE, number), Page(WHEN, number)], WHEN_NOUNS)),
        "" if any(row.noun == WHAT_NOUNS["notes"] for row in what) else details.name,
    )


def _rows(wizard: Wizard, pages: Iterable[Page], nouns: Nouns) -> Iterator[SummaryRow]:
    for page in pages:
        form = wizard.form(page)
        for name, noun in nouns.items():
            if name in form.fields and _is_answered(value := form.cleaned_data[name]):
                yield SummaryRow(noun, answer_in_words(form.fields[name], value), page.name)


def _is_answered(value: Any) -> bool:
    return bool(value) and value != ANY_TIME
