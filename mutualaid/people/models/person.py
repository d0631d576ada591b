"""Accounts: who has one, its roles, how the group came to know its person; contact points, also blocked ones.

Where a person lives is the locality they chose and nothing finer.
"""

from collections.abc import Collection
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.local_time import format_day
from mutualaid.statements import compiled_plain, slot


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str | None, password: str | None = None, **fields: object
    ) -> "User":
        """Create a person who signs in by a code sent to `email`; with a `password` by that as well.

        Without an `email` the caller confirms a phone in the same transaction.
        """
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user

    def coordinators(self) -> "models.QuerySet[User]":
        """Return the people who are active and have the role of coordinator."""
        return self.active().filter(memberships__role=Role.COORDINATOR)

    def active(self) -> "models.QuerySet[User]":
        """Return the people who may sign in: those of the demo only in a demo."""
        active = self.filter(is_active=True)
        return active if settings.DEMO else active.filter(of_demo=False)

    def looking_after(self, areas: Collection[int]) -> "models.QuerySet[User]":
        """Return the active coordinators who chose one of these areas (ids) to look after."""
        chosen = Membership.objects.filter(role=Role.COORDINATOR, areas__in=areas)
        return self.filter(is_active=True, pk__in=chosen.values("user"))

    def deciders(self) -> "models.QuerySet[User]":
        """Return the active people whose roles let them decide about people: two of them do."""
        roles = (Role.COORDINATOR, Role.SITE_KEEPER)
        return self.filter(is_active=True, memberships__role__in=roles).distinct()

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create a person with every permission, for Django's `createsuperuser`."""
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. Asking for help needs none."""

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    """None, which equals no other, for whoever has only a phone, and once the account is erased."""
    name = models.CharField(
        _("name"), max_length=60, blank=True, help_text=_("What neighbours call you.")
    )
    locality = models.ForeignKey(
        "catalog.Locality",
        verbose_name=_("area"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    language = models.CharField(_("language of messages"), max_length=10, blank=True)
    vetted = models.BooleanField(
        _("known to the group"),
        default=False,
        help_text=_("May take tasks that the group keeps for people it knows."),
    )
    calendar_hash = models.CharField(  # noqa: DJ001  NULL is not equal to NULL
        max_length=64, unique=True, null=True, editable=False
    )
    is_active = models.BooleanField(_("active"), default=True)
    of_demo = models.BooleanField(_("of the demo"), default=False, editable=False)
    """Made while the site was a demo, in which anyone reads the codes of anyone."""
    created_at = models.DateTimeField(_("since"), auto_now_add=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_uniq",
                violation_error_message=_("There is an account with this e-mail already."),
            ),
        ]

    def __str__(self) -> str:
        return display_name(self)

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> "User":
        """Load a person. One of the demo is switched off on any other site, whichever way they come in.

        By password, code, passkey or an old session: each of them asks `is_active`, and so do the rules.
        """
        user = super().from_db(*args, **kwargs)
        if not settings.DEMO and user.__dict__.get("of_demo"):
            user.is_active = False
        return user

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.of_demo = settings.DEMO
        self.email = self.email or None
        super().save(*args, **kwargs)

    def get_short_name(self) -> str:
        return display_name(self)

    @property
    def is_staff(self) -> bool:
        """Whether the admin lets them in: superusers, and who has a role of `STAFF`."""
        return self.is_superuser or (self.is_active and bool(STAFF & self.roles))

    @property
    def is_coordinator(self) -> bool:
        return self.is_active and Role.COORDINATOR in self.roles

    @property
    def roles(self) -> set[str]:
        """Their roles, read once for each object: a role that was taken is gone with the next request."""
        if not hasattr(self, "_roles"):
            self._roles = set(_roles().rows(user=self.pk))
        return self._roles


class AccountContactPoint(models.Model):
    """The fingerprint of a phone or e-mail that an account has.

    Every rule about "the same person" reads it. `notify.receivers` keeps it in step with the account.
    """

    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="contact_points"
    )
    fingerprint = models.CharField(max_length=32, db_index=True)  # read by the rules of an ask

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "fingerprint"],
                name="accountcontactpoint_user_fingerprint_uniq",
                violation_error_message=_("This account has this phone or e-mail already."),
            ),
        ]

    def __str__(self) -> str:
        return f"contact point {self.pk}"


class Role(models.TextChoices):
    """What a person is in the group. What each role may do in the admin stands in `people/roles.py`."""

    NEIGHBOUR = "neighbour", _("neighbour")
    VOLUNTEER = "volunteer", _("volunteer")
    INTAKE = "intake", _("intake")
    COORDINATOR = "coordinator", _("coordinator")
    AUDITOR = "auditor", _("auditor")
    SITE_KEEPER = "site_keeper", _("site keeper")


STAFF = frozenset({Role.INTAKE, Role.COORDINATOR, Role.AUDITOR, Role.SITE_KEEPER})
"""The roles that open the admin. Two people give and take them."""


class Membership(models.Model):
    """A role that a person has in the group. They may have several.

    `areas` are those that a coordinator looks after: shown to them first, and they are called first. They
    keep no one out.
    """

    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    areas = models.ManyToManyField(
        "catalog.Locality", verbose_name=_("areas"), blank=True, related_name="+"
    )
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "role"],
                name="membership_user_role_uniq",
                violation_error_message=_("This person has this role already."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values),
                name="membership_role_check",
                violation_error_message=_("Choose one of the roles."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class Introduction(models.Model):
    """How the group came to know a person: its one row. Who has none is new here.

    `by` is the coordinator who knows them, or took that back, or the member who vouched for them; None
    where a first help told, and once that account is erased. What each kind gives: `people.introductions`.
    """

    class How(models.TextChoices):
        COORDINATOR = "coordinator", _("a coordinator knows them")
        FIRST_HELP = "first_help", _("their first help arrived")
        MEMBER = "member", _("a member has met them")
        TAKEN_BACK = "taken_back", _("a coordinator wants to talk with them")

    person = models.OneToOneField(
        User,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="introduction",
    )
    by = models.ForeignKey(
        User,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="introduced",
    )
    how = models.CharField(_("how"), max_length=12, choices=How.choices)
    at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(how__in=["coordinator", "first_help", "member", "taken_back"]),
                name="introduction_how_check",
                violation_error_message=_("Choose how the group knows this person."),
            ),
            models.CheckConstraint(
                condition=models.Q(by=None) | ~models.Q(by=models.F("person")),
                name="introduction_by_check",
                violation_error_message=_("No one can vouch for themself."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_how_display())


class BlockedContactPointQuerySet(models.QuerySet["BlockedContactPoint"]):
    def of(self, *texts: str) -> "BlockedContactPointQuerySet":
        """Filter by every phone and e-mail in these texts, in any spelling."""
        return self.filter(fingerprint__in=fingerprints(*texts))

    def of_account(self, user: User) -> "BlockedContactPointQuerySet":
        """Filter by the phone and the e-mails of an account."""
        return self.filter(fingerprint__in=user.contact_points.values("fingerprint"))

    def users(self) -> set[int]:
        """Return the ids of the accounts that have one of these contact points."""
        owners = AccountContactPoint.objects.filter(fingerprint__in=self.values("fingerprint"))
        return set(owners.values_list("user", flat=True))

    def fingerprints(self) -> set[str]:
        """Return the fingerprints of these blocks."""
        return set(self.values_list("fingerprint", flat=True))


class BlockedContactPoint(models.Model):
    """A phone or e-mail from which asks are read by a coordinator first, and to which nothing is sent.

    Only its fingerprint is kept, for the policy's `block_days`. The reason is one of a few choices, for
    free text might tell of a person.
    """

    class Reason(models.TextChoices):
        THREATS = "threats", _("threatened or followed someone")
        FOR_OTHERS = "for_others", _("asked for people who didn't know about it")
        ADVERTS = "adverts", _("advertisements")
        OTHER = "other", _("another reason")

    fingerprint = models.CharField(max_length=32, unique=True, editable=False)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    since = models.DateTimeField(_("since"), auto_now_add=True)

    objects: ClassVar = BlockedContactPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked address")
        verbose_name_plural = _("blocked addresses")
        default_permissions: ClassVar = ("view", "add", "delete")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(reason__in=["threats", "for_others", "adverts", "other"]),
                name="blockedcontactpoint_reason_check",
                violation_error_message=_("Choose one of the reasons."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}, {format_day(self.since)}"


def display_name(user: User) -> str:
    """Return the name a person chose, or "a neighbour"; never their e-mail."""
    return user.name or str(_("a neighbour"))


@compiled_plain
def _roles() -> "models.QuerySet[Membership, str]":
    return Membership.objects.filter(user=slot("user")).values_list("role", flat=True)
