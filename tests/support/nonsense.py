"""Input that no one means well: values, the fields of pages, and requests made of both."""

from html.parser import HTMLParser
from typing import Any

from hypothesis import strategies as st

HUGE = "9" * 40
VALUES = (
    "", " ", "x", "0", "1", "2", "-1", "-0", "+1", "1.5", "1e999", "NaN", "-inf", "true", "None", "null",
    HUGE, f"-{HUGE}", "9" * 5000, str(2**31), str(2**63), str(-(2**63) - 1), "32768", "٤٢", "４２", "¹²",
    "1_000", "\0", "a\0b", "\x1b[31m", "\r\n", "a\r\nBcc: x@y.example", "\u202eabc", "\u200b", "\ufeff",
    "\ufffd", "\ud7ff", "\U0010ffff", "ß" * 300, "é" * 3000, "x" * 70_000, "<script>", "{{ 7*7 }}", "%s%n",
    "%00", "..", "../..", "=1+1", "' OR 1=1 --", "[", "[" * 5000, "[" * 100_000, "{}", "[]",
    '{"endpoint": 1, "keys": []}', '{"a": "\\ud800"}', '{"a": 1e999}', "0000-00-00", "0001-01-01",
    "9999-12-31", "10000-01-01", "2026-02-30", "25:61", "23:59:60", "00:00",
    "00000000-0000-0000-0000-000000000000", "https://evil.example/", "//evil.example", "javascript:alert(1)",
    "someone@people.example", "+1 608 555 0142", "a@b", "@", "1,2,3", ",", "(2,)", "salt name=mark",
)  # fmt: skip
"""Each has broken some site."""

IN_A_LIST = (
    "id__exact", "pk__in", "p", "o", "q", "all", "e", "e__x", "_popup", "_to_field", "_changelist_filters",
    "is_active__exact", "memberships__role__exact", "category__id__exact", "locality__id__exact", "pk",
    "created_at__year", "created_at__month", "created_at__day", "created_at__gte", "state__exact",
    "password__startswith", "app_label", "model_name", "field_name", "term", "next", "page", "other",
)  # fmt: skip
"""What lists of the admin, searches and pages of a list read from an address."""

IN_A_FORM = (
    "action", "index", "select_across", "_selected_action", "confirmed", "post", "_save", "other", "keep",
    "on", "forget", "device", "reason", "next", "seen", "once", "language", "From", "Body",
    "List-Unsubscribe", "group", "category", "locality", "urgency", "needed_by", "week_parts", "weekdays",
    "repeat_until", "people_count", "helpers_wanted", "notes", "for_whom", "agreed", "asked_by",
    "whom_to_call", "name", "phone", "email",
    "address", "languages", "channels", "times", "no_voicemail", "keep_from", "keep_from_contact_points",
)  # fmt: skip
"""What views read from a form that its page does not always show."""

SLUGS = (
    "who", "someone-else", "what", "kind", "where", "when", "details", "contact", "check", "what-2", "kind-5",
    "who-2", "what-6", "people", "notes", "name", "phone",
    "email", "address", "languages", "channels", "times", "voicemail", "keep_from",
    "keep_from_contact_points", "for_whom",
)  # fmt: skip
"""The questions of an ask and what can be changed of it, as they stand in an address."""

values = st.one_of(
    st.sampled_from(VALUES),
    st.integers().map(str),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
)


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag in ("input", "select", "textarea", "button") and name:
            self.found.setdefault(name, [])
            is_sent = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if tag in ("input", "button") and is_sent:
                self.found[name].append(given.get("value") or "")


def fields_of_page(html: str) -> dict[str, list[str]]:
    """Each name on a page with the values that a browser would send; where none is set, without any."""
    fields = _Fields()
    fields.feed(html)
    return fields.found


def typed_over(
    fields: dict[str, list[str]], others: tuple[str, ...]
) -> st.SearchStrategy[dict[str, Any]]:
    """What a page would send, with nonsense in up to four of its fields or of `others`."""
    names = st.sampled_from(sorted({*fields, *others}))
    several = st.one_of(st.lists(values, min_size=1, max_size=1), st.lists(values, max_size=3))
    nonsense = st.dictionaries(names, several, min_size=1, max_size=4)
    whole = {name: given for name, given in fields.items() if given}
    return st.one_of(nonsense, nonsense.map(lambda typed: whole | typed))
