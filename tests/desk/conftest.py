"""The desk as Carla, a coordinator, has it open."""

from collections.abc import Callable

import pytest
from django.test import Client

from mutualaid.people.models import User


@pytest.fixture
def admin(carla: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(carla)
