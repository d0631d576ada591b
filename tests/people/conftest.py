import pytest
from django.core.cache import cache
from django.test import Client

from mutualaid.people.models import User
from mutualaid.policy.actions import make_policy
from tests.support.factors import has_app
from tests.support.signing_in import sign_in


@pytest.fixture
def carlas(carla: User) -> Client:
    """Carla's browser; an app is set up, and was used just now, and no code was tried so far."""
    cache.clear()
    has_app(carla)
    make_policy()
    return sign_in(Client(), carla)
