"""A line of phone numbers: each can be dialled, with words beside it, and nothing else passes for one."""

import pytest
from django.core.exceptions import ValidationError

from mutualaid.contact_points.validators import validate_phones
from mutualaid.resources.models import Resource
from mutualaid.templatetags.ui import contact_links


@pytest.mark.parametrize(
    "text",
    [
        "", "211", "2-1-1", "116 117", "٥٥٥ ٠١٠٠", "608 555 0100 (24h hotline)", "555 0100, 211",
        "(608) 555-0100 x 12", "800-555-0199 (toll free), 608-555-0142 TTY", "text HOME to 741741",
    ],
)  # fmt: skip
def test_what_services_write_of_their_phones_passes(text):
    validate_phones(text)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("608 555 0100, javascript:1", "javascript:1"),
        ("nobody", "nobody"),
        ("7", "7"),
        ("555 0100, bo@people.example", "bo@people.example"),
        ("https://evil.example/1", "https://evil.example/1"),
    ],
)
def test_what_no_phone_dials_is_quoted_in_the_error(text, quoted):
    with pytest.raises(ValidationError, match=f"“{quoted}”"):
        validate_phones(text)
    field = Resource._meta.get_field("phone")
    with pytest.raises(ValidationError):
        field.clean(text, None)


def test_a_link_dials_what_was_read_and_never_what_was_typed():
    shown = contact_links('555 0100 javascript:alert(1) "><script>')
    assert 'href="tel:5550100"' in shown
    assert 'href="javascript' not in shown
    assert "<script>" not in shown
