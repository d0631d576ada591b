"""What each role may do in the admin: a table of permissions, and the backend that grants them."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model

from mutualaid.admin.history import write_history
from mutualaid.people.models import Membership, Role, User
from mutualaid.people.sessions import end_sessions
from mutualaid.record.entries import append

NEVER_EMPTY = frozenset({Role.COORDINATOR, Role.SITE_KEEPER})
"""Roles whose last holder stays."""
VERBS = ("view", "add", "change", "delete")


def _may(model: str, *verbs: str) -> frozenset[str]:
    """Permissions as Django names them: "catalog.category" and "view" make "catalog.view_category"."""
    app_label, name = model.split(".")
    return frozenset(f"{app_label}.{verb}_{name}" for verb in verbs)


TAKE_CALLS = "requests_app.take_calls"
"""Write down what someone asks for on the phone."""
EXPORT_CONTACT = "requests_app.export_contact"
"""Take contact details of several asks out of the site at once."""
DECIDE = "people.decide"
"""Propose decisions about people, and agree to those of others."""
SEE_EMAILS = "people.see_emails"
SEE_HEALTH = "health.see"
"""See what of the site stands still, and try whether an alarm arrives."""

READ_CATALOGUE = (
    _may("catalog.category", "view")
    | _may("catalog.locality", "view")
    | _may("catalog.language", "view")
)
KEEP_CATALOGUE = (
    _may("catalog.category", *VERBS)
    | _may("catalog.locality", *VERBS)
    | _may("catalog.language", "view", "add", "change")
)
KEEP_SITE = (
    KEEP_CATALOGUE
    | _may("policy.policy", "view", "change")
    | _may("trials.trial", "view")
    | _may("group.groupprofile", "view", "change")
    | _may("principles.principle", *VERBS)
    | _may("people.blockedcontactpoint", "view", "add", "delete")
    | _may("people.user", "view")
    | _may("people.stafflogentry", "view")
    | _may("people.twopersondecision", "view")
    | _may("partners.partner", "view")
    | {DECIDE, SEE_HEALTH}
)
CARE_FOR_ASKS = (
    _may("requests_app.need", "view", "change")
    | _may("requests_app.ask", "view", "change")
    | _may("requests_app.exclusion", "view", "add", "delete")
    | _may("requests_app.contactlogentry", "view")
    | {TAKE_CALLS}
)

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.NEIGHBOUR: frozenset(),
    Role.VOLUNTEER: frozenset(),
    # Of asks and needs only those they took in: `requests_app.rules.asks_of_staff`.
    Role.INTAKE: READ_CATALOGUE | CARE_FOR_ASKS,
    Role.COORDINATOR: KEEP_SITE
    | CARE_FOR_ASKS
    | _may("requests_app.need", "coordinate")
    | _may("requests_app.ask", "coordinate")
    | _may("requests_app.claim", "view")
    | _may("requests_app.accesslogentry", "view")
    | _may("requests_app.needevent", "view")
    | _may("offers_app.offer", "view", "change")
    | _may("resources.resource", *VERBS)
    | _may("lending.thing", "view", "change")
    | _may("matching.match", "view")
    | _may("matching.backlogrun", "view")
    | _may("matching.scoringweights", "view", "change")
    | _may("notify.notification", "view", "change")
    | _may("notify.calltask", "view", "change")
    | _may("importing.importrun", "view", "add")
    | _may("people.user", "change")
    | _may("partners.partner", "add", "change")
    | {SEE_EMAILS, EXPORT_CONTACT},
    # Numbers and the log: nothing here names a neighbour.
    Role.AUDITOR: READ_CATALOGUE
    | _may("policy.policy", "view")
    | _may("trials.trial", "view")
    | _may("group.groupprofile", "view")
    | _may("matching.backlogrun", "view")
    | _may("matching.scoringweights", "view")
    | _may("partners.partner", "view")
    | _may("people.stafflogentry", "view"),
    Role.SITE_KEEPER: KEEP_SITE,
}
"""Of each role the permissions it gives. Some are of no model: Django takes any text."""


class RoleBackend(ModelBackend):
    """Grant a person the permissions of their roles. It signs no one in: allauth does."""

    def authenticate(self, *args: Any, **kwargs: Any) -> None:
        return None

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        return set().union(*(PERMISSIONS[role] for role in user_obj.roles))

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        """Whether one of their roles gives it.

        Raises `PermissionDenied` where none does: so no other backend asks the database for permissions
        that no one is given any other way.
        """
        if not super().has_perm(user_obj, perm, obj=obj):
            raise PermissionDenied
        return True

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether one of their roles gives anything in this app. Raises `PermissionDenied` as `has_perm`."""
        if not super().has_module_perms(user_obj, app_label):
            raise PermissionDenied
        return True


class LastOfRole(Exception):
    """Someone has to look after the needs, and after the site where it has a keeper: hand over first."""


def check_not_the_last(user: User, roles: Collection[str] = NEVER_EMPTY) -> None:
    """Check that `user` may lose these roles, by leaving or by being switched off.

    Exact under two at once: it locks who has such a role until the transaction ends. Call it after needs
    are locked and before accounts are. Raises `LastOfRole` where no one else who is active has one of them.
    """
    for role in sorted(NEVER_EMPTY & set(roles)):
        rows = Membership.objects.filter(role=role).order_by("pk")
        list(rows.select_for_update(of=("self",)))
        holders = set(rows.filter(user__is_active=True).values_list("user", flat=True))
        if holders == {user.pk}:
            raise LastOfRole(role)


@transaction.atomic
def add_role(user: User, role: Role, *, by: User | None = None) -> None:
    """Give `user` a role; does nothing where they have it. Logged where `by`, a coordinator, decides it."""
    _row, is_new = Membership.objects.get_or_create(user=user, role=role)
    user.roles.add(role)
    if is_new and by:
        write_history(user, by=by, words=f"role added: {role}")
    if is_new:
        note_roles("role.given", user, {role}, by=by)


@transaction.atomic
def remove_role(user: User, role: Role, *, by: User, but: str | None = None) -> None:
    """Take a role from `user`, from their next request on; does nothing where they do not have it.

    Their sessions end, `but` the one with this key: a page they have open must not go on as if nothing had
    happened. Raises `LastOfRole` where no one else would have a role that must not die out.
    """
    check_not_the_last(user, {role})
    removed, _rows = Membership.objects.filter(user=user, role=role).delete()
    user.roles.discard(role)
    if removed:
        end_sessions([user], but=but)
        write_history(user, by=by, words=f"role taken: {role}")
        note_roles("role.taken", user, {role}, by=by)


def note_roles(kind: str, user: User, roles: Collection[str], *, by: User | None) -> None:
    """Write into the record which of the roles that never die out someone gained or lost."""
    people = {"person": user.pk} | ({"by": by.pk} if by else {})
    for role in sorted(NEVER_EMPTY & set(roles)):
        append(kind, {"role": str(role)}, people=people)
