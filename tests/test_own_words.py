"""Every sentence that people read is ours: none of Django's or allauth's, and none we cannot keep."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
from allauth.account import app_settings as account_settings
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import get_default_password_validators
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.utils.module_loading import import_string
from django.utils.translation import override

from mutualaid.people.forms import LoginForm, SignupForm
from tests.support import scene, walking
from tests.test_site_map import ROWS, path_of

ADMIN = (
    "mutualaid.desk", "mutualaid.importing", "mutualaid.policy", "mutualaid.admin",
    "mutualaid.notify.outcomes", "mutualaid.demo",
)  # fmt: skip
NOT_SEEN = {
    "username_blacklisted", "username_taken", "username_password_mismatch", "phone_taken",
    "same_as_current", "select_only_one", "unknown_email", "unknown_phone",
}  # fmt: skip
"""Errors of allauth for what is switched off here: names to sign in with, its phones, known addresses."""
ONLY_WITH_A_PHONE = {
    "You can still call us:",
    "Without a network you still see how to call us.",
}
"""Shown where the group has given a phone (`tests/journeys/test_home_screen.py`)."""
MADE_WHEN_SHOWN = (LoginForm, SignupForm)
"""Their fields are put together for each request; what they say is read on their pages."""
OURS = Path(settings.BASE_DIR) / "templates"
CATALOGUE = polib.pofile(str(settings.LOCALE_PATHS[0] / "es" / "LC_MESSAGES" / "django.po"))
MSGIDS = {entry.msgid for entry in CATALOGUE if not entry.obsolete}


def forms_of(kind: type[forms.Form]) -> Iterator[type[forms.Form]]:
    for form in kind.__subclasses__():
        yield form
        yield from forms_of(form)


def public_forms() -> list[type[forms.Form]]:
    """Those of our pages, and those that allauth is told to use."""
    list(get_resolver().url_patterns)  # imports all of them
    named = {import_string(path) for path in (settings.ACCOUNT_FORMS | settings.MFA_FORMS).values()}
    rooms = ("mutualaid.", "requests_app.", "offers_app.")
    own = {
        form
        for form in forms_of(forms.Form)
        if form.__module__.startswith(rooms)
        and not form.__module__.startswith(ADMIN)
        and ".admin" not in form.__module__
    }
    return sorted(own | named, key=lambda form: (form.__module__, form.__qualname__))


def public_fields() -> Iterator[tuple[str, forms.Field]]:
    for form in public_forms():
        words = getattr(form, "words", {})
        for name, field in form.base_fields.items():
            if (words and name not in words) or field.widget.is_hidden or form in MADE_WHEN_SHOWN:
                continue
            if words:
                field.error_messages["required"] = words[name].required
            yield f"{form.__qualname__}.{name}", field


def is_ours(sentence: object) -> bool:
    with override(None):
        return str(sentence) in MSGIDS


def words_of_validators(field: forms.Field) -> Iterator[object]:
    """The sentences of those validators whose code has no sentence of the field."""
    for validator in field.validators:
        if getattr(validator, "code", None) not in field.error_messages:
            yield getattr(validator, "message", "")


def test_each_form_says_in_a_sentence_of_its_own_what_to_fill_in():
    default = forms.Field.default_error_messages["required"]
    missing = [
        where
        for where, field in public_fields()
        if field.required and field.error_messages["required"] in (default, "")
    ]
    assert missing == []


def test_no_form_says_anything_of_a_mistake_in_the_words_of_a_library():
    foreign = [
        f"{where}: {sentence}"
        for where, field in public_fields()
        for sentence in (*field.error_messages.values(), *words_of_validators(field))
        if not is_ours(sentence)
    ]
    assert foreign == []


def test_what_the_sign_in_says_of_mistakes_is_ours():
    account, mfa = get_adapter().error_messages, get_mfa_adapter().error_messages
    said = {name: words for name, words in (account | mfa).items() if name not in NOT_SEEN}
    assert [name for name, words in said.items() if not is_ours(words)] == []
    assert account_settings.PREVENT_ENUMERATION, "else whoever asks learns who has an account"
    checks = get_default_password_validators()
    with override("en"):
        texts = [getattr(check, "get_error_message", check.get_help_text)() for check in checks]
    assert all(re.search("word|letters", text) and "must" not in text for text in texts), texts


@pytest.mark.one_database
@pytest.mark.slow
def test_no_page_of_an_account_is_one_of_a_librarys(here: scene.Scene):
    foreign, browsers = set[str](), walking.clients(here)
    for route in ROWS:
        if not route.startswith(("/account/", "/messages/")):
            continue
        for client in browsers.values():
            for method in ("get", "post"):
                foreign |= templates_not_ours(page_of(client, method, path_of(route, here)))
    assert foreign == set()


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
def test_whoever_fills_in_nothing_is_told_what_to_write(here: scene.Scene, language: str):
    with override(language):
        stock = {str(forms.Field.default_error_messages["required"])}
    stock |= {"This field is required.", "Este campo es obligatorio."}
    told, browsers = 0, walking.clients(here, headers={"accept-language": language})
    for route, row in ROWS.items():
        if row["POST"].endswith(":405"):
            continue
        for who, client in browsers.items():
            page = walking.text_of(page_of(client, "post", path_of(route, here)))
            assert not [words for words in stock if words in page], (route, who)
            told += 'class="errors"' in page
    assert told > 30, "most forms miss something"


def page_of(client: Client, method: str, path: str) -> Any:
    """The page to which a request leads in the end; what it writes is rolled back."""
    with transaction.atomic():
        answer = getattr(client, method)(path, follow=True)
        transaction.set_rollback(True)
    return answer


def templates_not_ours(answer: Any) -> set[str]:
    """Names of the templates of libraries in an answer, but for the boxes of forms."""
    names = {str(template.origin.name) for template in answer.templates if template.origin}
    return {
        name
        for name in names
        if not name.startswith(str(OURS))
        and "/django/forms/" not in name
        and name != "<unknown source>"
    }


def test_no_sentence_sends_people_to_a_phone_that_a_group_may_not_have():
    """`{% reach_us %}` says who to call or write to, where there is one."""
    calls = re.compile(r"(?<!“)\b(ring|phone|call) us\b", re.IGNORECASE)
    assert {words for words in MSGIDS if calls.search(words)} == ONLY_WITH_A_PHONE


def test_spanish_says_you_as_to_a_friend_everywhere():
    formal = re.compile(
        r"\busted\b|\b(Introduzca|Escriba|Elija|Seleccione|Compruebe|Vuelva|Haga|Inténtelo|Espere)\b"
    )
    said = [
        text
        for entry in CATALOGUE
        if not entry.obsolete
        for text in (entry.msgstr, *entry.msgstr_plural.values())
    ]
    assert [text for text in said if formal.search(text)] == []
