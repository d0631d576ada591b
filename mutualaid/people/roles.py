"""What each role may do in the admin: a table of permissions, and the backend that grants them."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Model

from mutualaid.admin.history import write_history
from mutualaid.people.models import Membership, Role, User
from mutualaid.people.sessions import end_sessions

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.NEIGHBOUR: frozenset(),
    Role.VOLUNTEER: frozenset(),
    Role.COORDINATOR: frozenset(
        {
            *(f"catalog.{verb}_category" for verb in ("view", "add", "change", "delete")),
            *(f"catalog.{verb}_locality" for verb in ("view", "add", "change", "delete")),
            *(f"catalog.{verb}_language" for verb in ("view", "add", "change")),
            *(f"requests_app.{verb}_need" for verb in ("view", "change")),
            *(f"requests_app.{verb}_ask" for verb in ("view", "change")),
            *(f"requests_app.{verb}_exclusion" for verb in ("view", "add", "delete")),
            "requests_app.view_claim",
            "requests_app.view_accesslogentry",
            "requests_app.view_needevent",
            *(f"offers_app.{verb}_offer" for verb in ("view", "change")),
            "matching.view_match",
            "matching.view_backlogrun",
            *(f"matching.{verb}_scoringweights" for verb in ("view", "change")),
            *(f"notify.{verb}_notification" for verb in ("view", "change")),
            *(f"notify.{verb}_calltask" for verb in ("view", "change")),
            *(f"policy.{verb}_policy" for verb in ("view", "change")),
            *(f"people.{verb}_user" for verb in ("view", "change")),
            *(f"people.{verb}_blockedcontactpoint" for verb in ("view", "add", "delete")),
        }
    ),
}


class RoleBackend(ModelBackend):
    """Grant a person the permissions of their roles. It signs no one in: allauth does."""

    def authenticate(self, *args: Any, **kwargs: Any) -> None:
        return None

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        return set().union(*(PERMISSIONS[role] for role in user_obj.roles))


def add_role(user: User, role: Role, *, by: User | None = None) -> None:
    """Give `user` a role; does nothing where they have it. Logged where `by`, a coordinator, decides it."""
    _row, is_new = Membership.objects.get_or_create(user=user, role=role)
    user.roles.add(role)
    if is_new and by:
        write_history(user, by=by, words=f"role added: {role}")


def remove_role(user: User, role: Role, *, by: User) -> None:
    """Take a role from `user`, from their next request on; does nothing where they do not have it.

    Their sessions end: a page they have open must not go on as if nothing had happened.
    """
    removed, _rows = Membership.objects.filter(user=user, role=role).delete()
    user.roles.discard(role)
    if removed:
        end_sessions([user])
        write_history(user, by=by, words=f"role taken: {role}")
