"""Services near by that others run, and what people say is wrong about them.

Nothing here is about a person: name, place and contact are those of a service, and are public.
"""

from datetime import date, timedelta
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxLengthValidator, URLValidator
from django.db import models
from django.db.models import Exists, F, OrderBy, OuterRef, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.models import Category, Locality
from mutualaid.catalog.nearness import way_to
from mutualaid.contact_points.validators import validate_phones
from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.policy.current import current_policy

LONGEST_LINE, LONGEST_URL, LONGEST_TEXT, LONGEST_DESCRIPTION = 200, 500, 600, 2000
"""Characters."""


class ResourceKind(models.TextChoices):
    """Who runs a service."""

    COOPERATIVE = "cooperative", _("cooperative")
    LAND_TRUST = "land_trust", _("community land trust")
    FOOD_BANK = "food_bank", _("food bank")
    CLINIC = "clinic", _("clinic")
    SHELTER = "shelter", _("shelter")
    UNION = "union", _("tenants' or workers' union")
    MUTUAL_AID = "mutual_aid", _("mutual aid group")
    PUBLIC = "public", _("public office")
    OTHER = "other", _("another group")


class Mistake(models.TextChoices):
    """What can be wrong about a resource."""

    CLOSED = "closed", _("It is closed for good")
    PLACE = "place", _("It is somewhere else")
    HOURS = "hours", _("The times are wrong")
    CONTACT = "contact", _("The phone, e-mail or website doesn't work")
    CONDITIONS = "conditions", _("Who may come, what to bring or the cost is wrong")
    TREATMENT = "treatment", _("I was turned away or treated badly")
    OTHER = "other", _("Something else")


class ResourceQuerySet(models.QuerySet["Resource"]):
    """Whether a row is shown or due follows from the day on which it was checked; nothing is stored."""

    def shown(self) -> Self:
        """Those that everyone sees: in use, and checked within the policy's `resource_hide_days`."""
        return self.filter(is_active=True, checked_on__gt=_days_ago("resource_hide_days"))

    def due(self) -> Self:
        """Those in use that no one has checked within the policy's `resource_recheck_days`, or ever."""
        is_old = Q(checked_on__lte=_days_ago("resource_recheck_days"))
        return self.filter(is_old | Q(checked_on=None), is_active=True)

    def of_kinds(self, categories: "list[Category]") -> Self:
        """Those that give one of these kinds of help, or one that fits it as an offer would."""
        families = {pk for category in categories for pk in category.family}
        links = Resource.categories.through.objects.filter(category__in=families)
        return self.filter(pk__in=links.values("resource"))

    def serving(self, locality: Locality) -> Self:
        """Those for who lives in `locality`, in what it is part of, or in a part of it."""
        around = {*locality.with_ancestors(), *locality.with_descendants()}
        links = Resource.areas.through.objects.filter(locality__in=around)
        return self.filter(pk__in=links.values("resource"))

    def to_check(self) -> Self:
        """Those that someone says are wrong, then those that are due, the longest unchecked first."""
        waiting = ResourceReport.objects.filter(settled_at=None, resource=OuterRef("pk"))
        rows = (self.due() | self.reported()).annotate(is_reported=Exists(waiting))
        oldest = F("checked_on").asc(nulls_first=True)
        return rows.order_by(F("is_reported").desc(), oldest, "name", "pk")

    def with_all(self) -> Self:
        """Load what hangs on them in a fixed number of queries."""
        return self.select_related("locality").prefetch_related("categories", "areas", "languages")

    def reported(self) -> Self:
        """Those of which someone says that something is wrong, and no one has settled it yet."""
        waiting = ResourceReport.objects.filter(settled_at=None)
        return self.filter(pk__in=waiting.values("resource"))

    def with_reports(self) -> Self:
        """Load the reports that wait, oldest first, as `reports_waiting`."""
        waiting = ResourceReport.objects.filter(settled_at=None)
        return self.prefetch_related(Prefetch("reports", waiting, to_attr="reports_waiting"))

    def nearest_first(self, locality: Locality) -> Self:
        """Those whose place is nearest to `locality` first; those without a place last."""
        way = way_to(locality)
        return self.order_by(OrderBy(way, nulls_last=True), "name", "pk")


class Resource(models.Model):
    """A service at one place, or at none: what there is, where, when, for whom, and who checked it.

    `public_id` is its identity in files, too: the id of a service in HSDS.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(
        _("name"), max_length=LONGEST_LINE, help_text=_("As people know it: “Friday food table”.")
    )
    organization = models.CharField(
        _("run by"),
        max_length=LONGEST_LINE,
        blank=True,
        help_text=_("The group behind it, if it has another name."),
    )
    kind = models.CharField(
        _("kind of group"), max_length=12, choices=ResourceKind.choices, default=ResourceKind.OTHER
    )
    description = models.TextField(
        _("what they do"),
        max_length=LONGEST_DESCRIPTION,
        blank=True,
        validators=[MaxLengthValidator(LONGEST_DESCRIPTION)],
    )
    categories = models.ManyToManyField(
        "catalog.Category",
        verbose_name=_("kinds of help"),
        related_name="+",
        help_text=_("People who ask for one of these will find it."),
    )
    areas = models.ManyToManyField(
        "catalog.Locality",
        verbose_name=_("for people who live in"),
        related_name="+",
        help_text=_("For everyone? Choose the widest area."),
    )
    locality = models.ForeignKey(
        "catalog.Locality",
        verbose_name=_("area of its place"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty if it has no place, such as a phone line."),
    )
    address = models.CharField(
        _("address"),
        max_length=LONGEST_LINE,
        blank=True,
        help_text=_("Everyone sees it. Never write where a person lives."),
    )
    hours = models.TextField(
        _("when"),
        max_length=LONGEST_TEXT,
        blank=True,
        validators=[MaxLengthValidator(LONGEST_TEXT)],
        help_text=_("In words: “Fridays 4 to 6 pm, not on holidays”."),
    )
    eligibility = models.TextField(
        _("for whom"),
        max_length=LONGEST_TEXT,
        blank=True,
        validators=[MaxLengthValidator(LONGEST_TEXT)],
    )
    to_bring = models.TextField(
        _("what to bring"),
        max_length=LONGEST_TEXT,
        blank=True,
        validators=[MaxLengthValidator(LONGEST_TEXT)],
        help_text=_("One thing a line."),
    )
    languages = models.ManyToManyField(
        "catalog.Language", verbose_name=_("languages"), blank=True, related_name="+"
    )
    cost = models.CharField(
        _("cost"), max_length=LONGEST_LINE, blank=True, help_text=_("“Free”, or what it costs.")
    )
    phone = models.CharField(
        _("phone"),
        max_length=LONGEST_LINE,
        blank=True,
        validators=[validate_phones],
        help_text=_("Of the service, never a person's own."),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.CharField(
        _("website"),
        max_length=LONGEST_URL,
        blank=True,
        validators=[
            URLValidator(
                schemes=["http", "https"],
                message=_("Write an address that starts with https:// or http://."),
            )
        ],
    )
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("Turn this off while it is closed.")
    )
    checked_on = models.DateField(_("checked on"), null=True, blank=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects: ClassVar = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ("name", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="resource_name_check",
                violation_error_message=_("Write its name."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ResourceKind.values),
                name="resource_kind_check",
                violation_error_message=_("Choose what kind of group it is."),
            ),
            models.CheckConstraint(
                condition=Q(website="")
                | Q(website__startswith="https://")
                | Q(website__startswith="http://"),
                name="resource_website_check",
                violation_error_message=_("Write an address that starts with https:// or http://."),
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | Q(checked_on__isnull=False),
                name="resource_checked_by_checked_on_check",
                violation_error_message=_("Who checked it did so on a day."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hours_in_one_line(self) -> str:
        return " · ".join(filter(None, map(str.strip, self.hours.splitlines())))

    @property
    def is_due(self) -> bool:
        """Whether someone should check it again."""
        return self.checked_on is None or self.checked_on <= _days_ago("resource_recheck_days")

    @property
    def is_shown(self) -> bool:
        """Whether everyone sees it."""
        is_fresh = bool(self.checked_on and self.checked_on > _days_ago("resource_hide_days"))
        return self.is_active and is_fresh

    @property
    def hidden_on(self) -> date | None:
        """The day from which no one else sees it, unless it is checked until then."""
        days = timedelta(days=current_policy().resource_hide_days)
        return self.checked_on + days if self.checked_on else None


def _days_ago(policy_field: str) -> date:
    days: int = getattr(current_policy(), policy_field)
    return timezone.localdate() - timedelta(days=days)


class ResourceReport(models.Model):
    """That someone says something of a resource is wrong. It waits until a coordinator has settled it.

    Who said it is not kept. The words are encrypted: they may tell more than was asked for.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    resource = models.ForeignKey(
        Resource, verbose_name=_("resource"), on_delete=models.CASCADE, related_name="reports"
    )
    what = models.CharField(_("what is wrong"), max_length=10, choices=Mistake.choices)
    words = EncryptedTextField(_("in their words"), blank=True)
    created_at = models.DateTimeField(_("said at"), default=timezone.now)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("settled by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("report of a mistake")
        verbose_name_plural = _("reports of mistakes")
        default_permissions: ClassVar = ()
        ordering = ("created_at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(what__in=Mistake.values),
                name="resourcereport_what_check",
                violation_error_message=_("Choose what is wrong."),
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None) | Q(settled_at__isnull=False),
                name="resourcereport_settled_by_settled_at_check",
                violation_error_message=_("Who settled it did so at some time."),
            ),
        ]
        indexes: ClassVar = [
            # Read by `attention.reports_waiting` and by the page of what to check.
            models.Index(
                fields=["resource"], condition=Q(settled_at=None), name="resourcereport_waiting"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_what_display())
