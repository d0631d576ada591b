"""All that a site holds, as someone who has its keys reads it, and as someone who has none."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.conf import settings

from mutualaid.encryption.fields import EncryptedTextField, readable
from tests.support.stored import every_file, every_row, found_in


def every_text() -> str:
    """Return the rows of all tables as they are, and those with something encrypted opened beside them."""
    return "\n".join((*_opened(), every_row()))


def held_in_files(secrets: Iterable[str]) -> dict[str, list[str]]:
    """Return which of `secrets` stand in which files: of the database, and below the data folder."""
    files = every_file()
    for path in settings.DATA_DIR.rglob("*"):
        if path.is_file():
            files[str(path)] = path.read_bytes()
    return found_in(files, secrets)


def _opened() -> Iterator[str]:
    for model in apps.get_models():
        if any(isinstance(field, EncryptedTextField) for field in model._meta.concrete_fields):
            for row in readable(model._base_manager.all()).values():
                yield f"{model.__name__} {vars(row)}"
