"""Of several who send the same code at the same moment, one gets in. On both databases."""

from typing import Any

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import RequestFactory

from mutualaid.people.models import User
from mutualaid.people.sign_in.forms import AuthenticateForm
from tests.support.at_once import at_once
from tests.support.factors import app_code, has_app

pytestmark = pytest.mark.django_db(transaction=True)
THIEVES = 6
FORM: Any = AuthenticateForm


def takes(user: User, code: str) -> bool:
    request = RequestFactory().post("/account/ways/authenticate/")
    with context.request_context(request):
        return bool(FORM({"code": code}, user=user).is_valid())


def test_an_app_code_opens_one_session(carla: User) -> None:
    has_app(carla)
    code = app_code()
    assert sum(at_once([lambda: takes(carla, code)] * THIEVES)) <= 1
    cache.clear()
    assert not takes(carla, code)


def test_a_recovery_code_opens_one_session(carla: User) -> None:
    code = has_app(carla)[0]
    assert sum(at_once([lambda: takes(carla, code)] * THIEVES)) <= 1
    cache.clear()
    assert not takes(carla, code)


def test_a_factor_that_is_gone_meanwhile_is_no_error(carla: User) -> None:
    has_app(carla)
    form = FORM({"code": app_code()}, user=carla)
    Authenticator.objects.all().delete()
    with context.request_context(RequestFactory().post("/")):
        assert not form.is_valid()
