from pathlib import Path
from typing import Any

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


@pytest.fixture
def texts_in_a_file(settings: Any, tmp_path: Path) -> None:
    """Text messages are written down (`support.texts`), and none was sent so far."""
    cache.clear()
    settings.SMS_URL = "sink://"
    settings.MAIL_DIR = tmp_path
