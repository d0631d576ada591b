"""A migration of a released version is never edited: some site has run it as it was."""

from hashlib import sha256

from django.conf import settings

RELEASED = {
    "mutualaid/catalog/migrations/0001_initial.py": "0f33a04fa6dc6764",
    "mutualaid/matching/migrations/0001_initial.py": "b7a169f4a4fadcaf",
    "mutualaid/notify/migrations/0001_initial.py": "5470867d5af9a5d7",
    "mutualaid/people/migrations/0001_initial.py": "99dbb779d0d72a78",
    "mutualaid/policy/migrations/0001_initial.py": "6a310261e423cf9d",
    "mutualaid/retention/migrations/0001_initial.py": "7668c4789c92959e",
    "offers_app/migrations/0001_initial.py": "5c3dbfc1d3322361",
    "requests_app/migrations/0001_initial.py": "235fc17cd452179a",
}
"""The first 16 hexadecimal digits of the SHA-256 of each file, as of the version that brought it."""


def test_what_was_released_is_as_it_was():
    today = {
        name: sha256((settings.BASE_DIR / name).read_bytes()).hexdigest()[:16] for name in RELEASED
    }
    assert today == RELEASED, "add a migration, and leave those of a released version alone"
