"""What setting up writes into the database of a site, by the same actions as the admin."""

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import Error, connection, transaction

from mutualaid.group.actions import change_group, make_group
from mutualaid.group.current import read_group
from mutualaid.group.models import GroupProfile
from mutualaid.notify.actions import account_with_phone
from mutualaid.notify.phones import account_of
from mutualaid.people.forms import read_email_or_phone
from mutualaid.people.models import Membership, Role, User
from mutualaid.people.roles import add_role


class SecondCoordinator(Exception):
    """The site has a coordinator: whoever joins the team is decided by two in the admin."""


def standing() -> dict[str, Any]:
    """Return {"profile": …, "coordinators": how many} as the rows are now; {} before there is a database."""
    try:
        tables = set(connection.introspection.table_names())
        if not {model._meta.db_table for model in (GroupProfile, Membership)} <= tables:
            return {}
        group = read_group()
        count = User.objects.coordinators().count()
    except Error:
        return {}
    names = ("name", "phone", "email", "languages")
    code = settings.LANGUAGE_CODE
    texts = {key: group.values()[f"{key}_{code}"] for key in ("line", "hours")}
    return {
        "profile": {name: getattr(group, name) for name in names} | texts,
        "coordinators": count,
    }


def apply(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Prepare the database and write `changes`; return `standing()`, with what is new in "done".

    `changes` has "profile", values of the group's row (its texts, "line" and "hours", in its first language),
    and "coordinator", {"name": …, "reach": e-mail or phone}; each may be missing. Running it again changes
    nothing. Raises `ValidationError` for a value that is not allowed, and `SecondCoordinator`.
    """
    call_command("migrate", interactive=False, verbosity=0)
    call_command("seed", verbosity=0)
    done = []
    profile = dict(changes.get("profile") or {})
    for key in {"line", "hours"} & profile.keys():
        profile[f"{key}_{settings.LANGUAGE_CODE}"] = profile.pop(key)
    with transaction.atomic():
        if profile and change_group(by=None, changes=profile):
            done.append("profile")
        if (person := changes.get("coordinator")) and first_coordinator(**person):
            done.append("coordinator")
    return standing() | {"done": done}


def first_coordinator(*, name: str, reach: str) -> bool:
    """Give the first coordinator an account; return whether it was made or made one now.

    They sign in by a code that is sent to `reach`, an e-mail or a phone. Of two at once one makes it. Raises
    `ValidationError` for what is neither, and `SecondCoordinator` where someone else is one.
    """
    email, phone = read_email_or_phone(reach)
    with transaction.atomic():
        # The one row of the group is the lock: nobody can lock a coordinator who is not there yet.
        make_group()
        GroupProfile.objects.select_for_update().filter(pk=GroupProfile.ONLY).first()
        user = account_of(phone) if phone else User.objects.filter(email__iexact=email).first()
        others = User.objects.coordinators().exclude(pk=user.pk if user else 0)
        if others.exists():
            raise SecondCoordinator
        if user and Role.COORDINATOR in user.roles:
            return False
        if user is None:
            user = _new_account(name, email, phone)
        add_role(user, Role.COORDINATOR)
    return True


def _new_account(name: str, email: str, phone: str) -> User:
    if phone:
        return account_with_phone(phone, name=name, language=settings.LANGUAGE_CODE)
    if not name:
        raise ValidationError("Write the name of the first coordinator.")
    user = User.objects.create_user(email, name=name, language=settings.LANGUAGE_CODE)
    # Not confirmed: the first code that they type confirms it.
    EmailAddress.objects.create(user=user, email=email, verified=False, primary=True)
    return user
