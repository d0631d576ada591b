"""The cast. Rosa asks, Sam and Vera help, Carla coordinates, and Mallory must never get in."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from mutualaid.people.models import Role, User
from tests.support import factories


def pytest_configure() -> None:
    """The web server warns, on every request, of a folder that only a started site has."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture
def rosa(db: None) -> User:
    return factories.person("Rosa")


@pytest.fixture
def sam(db: None) -> User:
    return factories.person("Sam")


@pytest.fixture
def vera(db: None) -> User:
    return factories.person("Vera")


@pytest.fixture
def carla(db: None) -> User:
    return factories.person("Carla", Role.COORDINATOR)


@pytest.fixture
def mallory(db: None) -> User:
    """Signed in and a volunteer like any other, but nothing here is hers."""
    return factories.person("Mallory", Role.VOLUNTEER)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser in which somebody is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
