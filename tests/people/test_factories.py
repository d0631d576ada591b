"""The people of the tests are such as the site makes."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress

from mutualaid.people.models import AccountContactPoint, Membership, Role, User
from mutualaid.people.roles import add_role
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
OF_ONE_PERSON = {"id", "user", "email", "name", "password", "created_at", "since", "fingerprint"}


def stored(user):
    """What is stored of them, without what tells one person from another, and the rest as lengths."""
    rows: dict[str, list[Any]] = {"user": [User.objects.get(pk=user.pk)]}
    for model in (EmailAddress, AccountContactPoint, Membership):
        rows[model.__name__] = list(model.objects.filter(user=user).order_by("pk"))
    return {
        name: [
            {
                field.name: bool(value) if field.name in OF_ONE_PERSON else value
                for field in row._meta.concrete_fields
                for value in [getattr(row, field.attname)]
            }
            for row in found
        ]
        for name, found in rows.items()
    }


def test_someone_made_for_a_test_is_stored_as_someone_who_signs_up():
    noor = User.objects.create_user("noor@people.example", name="Noor")
    EmailAddress.objects.create(user=noor, email=noor.email, verified=True, primary=True)
    for role in (Role.NEIGHBOUR, Role.COORDINATOR):
        add_role(noor, role)

    assert stored(factories.person("Dora", Role.COORDINATOR)) == stored(noor)
