"""Let the site's database lead to a draft for a while: what is done there, nobody sees."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from mutualaid.singleton.reading import read_once


@contextmanager
def leading_to(changes: dict[str, Any]) -> Iterator[None]:
    """Within the block this thread's connection has these settings; nothing that was read before counts."""
    before = connection.settings_dict
    _let_go()
    connection.settings_dict = before | changes
    try:
        with read_once():
            yield
    finally:
        _let_go()
        connection.settings_dict = before


def disconnect() -> None:
    """Close the connection, and the pool that would keep others."""
    connection.close()
    if close_pool := getattr(connection, "close_pool", None):  # PostgreSQL alone has one
        close_pool()


def _let_go() -> None:
    disconnect()
    ContentType.objects.clear_cache()  # other databases give other numbers
