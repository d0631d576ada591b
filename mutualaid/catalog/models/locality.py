"""Areas, how far they are from each other, and what keeps that true whoever writes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.lookups import Exact
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.signals import areas_measured
from mutualaid.group.current import current_group

if TYPE_CHECKING:
    from mutualaid.catalog.distances import Distance

LONGEST_NAME = 120
"""Letters in the name of an area."""


class LocalityQuerySet(models.QuerySet["Locality"]):
    """Keeps `LocalityDistance` true, whichever way areas are written."""

    def bulk_create(self, *args: Any, **kwargs: Any) -> list["Locality"]:
        with changing_areas():
            return super().bulk_create(*args, **kwargs)

    def update(self, **fields: Any) -> int:
        with changing_areas():
            return super().update(**fields)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        with changing_areas():
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class JsonType(models.Func):
    """What a JSON value is, in the words of the database: "object", "array" and so on."""

    function = "JSON_TYPE"
    output_field = models.CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_TYPEOF", **context)


class Locality(models.Model):
    """A place as people name it: city, district, neighbourhood. Its centre stands for all who live there.

    `name` is the group's own, `names` are {code of a language of the pages: name in it}, where it differs;
    `label` is what people read. `outline` is only drawn: polygons of rings of (longitude, latitude), as
    `outlines.py` leaves them.
    """

    slug = models.SlugField(_("code"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    lat = models.FloatField(_("latitude of the centre"), help_text=_("Degrees, north is positive."))
    lng = models.FloatField(_("longitude of the centre"), help_text=_("Degrees, east is positive."))
    names = models.JSONField(
        _("names in other languages"), default=dict, blank=True, editable=False
    )
    outline = models.JSONField(_("outline on the map"), null=True, blank=True, editable=False)

    objects: ClassVar = LocalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ("name",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lat__gte=-90, lat__lte=90, lng__gte=-180, lng__lte=180),
                name="locality_lat_lng_check",
                violation_error_message=_(
                    "Latitude is from -90 to 90, longitude from -180 to 180."
                ),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=models.F("id")),
                name="locality_parent_check",
                violation_error_message=_("An area can't be part of itself."),
            ),
            models.CheckConstraint(
                condition=Exact(JsonType("names"), "object"),
                name="locality_names_check",
                violation_error_message=_("Give an area one name for each language."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        with changing_areas():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with changing_areas():
            return super().delete(*args, **kwargs)

    def clean(self) -> None:
        if self.pk and self.parent and self.pk in self.parent.with_ancestors():
            raise ValidationError({"parent": _("An area can't be part of itself.")})

    @property
    def label(self) -> str:
        """The name in the reader's language; where there is none, the group's own."""
        return str(self.names.get(get_language() or "") or self.name)

    @property
    def language_of_label(self) -> str:
        """The reader's language where the area has a name in it, else the group's first one."""
        reader = get_language() or ""
        return reader if self.names.get(reader) else current_group().offered("")

    @property
    def spellings(self) -> list[str]:
        """All its names, each once: what someone may type who means it."""
        return list(dict.fromkeys([self.name, *self.names.values()]))

    def with_descendants(self) -> list[int]:
        """Ids of this locality and of all that is part of it."""
        ids = level = [self.pk]
        while level:
            inside = Locality.objects.filter(parent__in=level).exclude(pk__in=ids)
            level = list(inside.values_list("pk", flat=True))
            ids = ids + level
        return ids

    def with_ancestors(self) -> list[int]:
        """Ids of this locality and of all that it is part of, from near to wide."""
        ids = [self.pk]
        parent = self.parent
        while parent and parent.pk not in ids:
            ids.append(parent.pk)
            parent = parent.parent
        return ids


class LocalityReach(models.Model):
    """How far offers reach from an area: as far as that its distances are known.

    A trigger takes `is_measured` back when the area is moved or its parts change, whoever writes.
    """

    locality = models.OneToOneField(
        Locality, on_delete=models.CASCADE, related_name="reach", primary_key=True
    )
    reach_km = models.PositiveSmallIntegerField(default=0)
    is_measured = models.BooleanField(default=False)

    class Meta:
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"{self.locality_id}: {self.reach_km} km"


class LocalityDistance(models.Model):
    """From an area of a need to one of an offer, where any offer reaches so far (ADR 85).

    `whole_km` lies between their nearest leaves, and is what a reach is compared with. It is rounded up to
    the whole kilometres that people offer, for a database uses an index only for numbers of one type. `km`
    is how far it is on the whole: 0 in the same area, but not in a wide one. `inside` says that the area of
    the offer is that of the need or holds it. Filled by `measure_areas`.
    """

    locality = models.ForeignKey(
        Locality, on_delete=models.CASCADE, related_name="near", db_index=False
    )
    other = models.ForeignKey(Locality, on_delete=models.CASCADE, related_name="seen_from")
    km = models.FloatField()
    whole_km = models.PositiveSmallIntegerField()
    inside = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("distance between areas")
        verbose_name_plural = _("distances between areas")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            # Its index is read by the matcher: what lies around an area.
            models.UniqueConstraint(
                fields=["locality", "other"],
                name="localitydistance_locality_other_uniq",
                violation_error_message=_("The distance between these two areas is here already."),
            ),
            models.CheckConstraint(
                condition=Q(km__gte=0),
                name="localitydistance_km_check",
                violation_error_message=_("A distance can't be less than zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.locality_id} → {self.other_id}"


@contextmanager
def changing_areas() -> Iterator[None]:
    """Let nobody else write areas until this transaction ends, and measure afterwards.

    Enter it before a row of an area is locked, or two who each have one wait for the other's for ever.
    """
    with transaction.atomic():
        _one_at_a_time()
        yield
        measure_areas()


def _one_at_a_time() -> None:
    """Each has to see what the other moved. On SQLite nobody writes beside another as it is."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE catalog_localitydistance IN SHARE ROW EXCLUSIVE MODE")


def measure_areas(reach_km: Mapping[int, int] | None = None) -> None:
    """Measure the areas that are new or were changed, and those from which offers reach farther now.

    `reach_km` says how far an offer reaches, by the id of an area. Only what changed is written.
    """
    wanted = reach_km or {}
    known = LocalityReach.objects.filter(is_measured=True)
    reached = dict(known.filter(locality__in=wanted).values_list("locality", "reach_km"))
    is_short = any(km > reached.get(pk, -1) for pk, km in wanted.items())
    if is_short or Locality.objects.exclude(reach__is_measured=True).exists():
        with transaction.atomic():
            _measure(wanted)


def _measure(wanted: Mapping[int, int]) -> None:
    import numpy as np  # twelve megabytes, which only who measures needs

    from mutualaid.catalog.distances import Area, Distances

    _one_at_a_time()
    areas = Locality.objects.values_list("pk", "parent", "lat", "lng")
    distances = Distances(Area(*row) for row in areas)
    before = {row.locality_id: row for row in LocalityReach.objects.all()}
    ids: list[int] = distances.ids.tolist()
    new = [pk not in before or not before[pk].is_measured for pk in ids]
    reach = [before[pk].reach_km if pk in before else 0 for pk in ids]
    farther = [wanted.get(pk, 0) > km for pk, km in zip(ids, reach, strict=True)]
    moved = distances.with_relatives(np.flatnonzero(new))
    changed = np.union1d(moved, np.flatnonzero(farther))
    reach = [max(wanted.get(pk, 0), km) for pk, km in zip(ids, reach, strict=True)]
    _write(distances.ids[changed].tolist(), set(distances.rows(changed, np.array(reach))))
    LocalityReach.objects.bulk_create(
        [LocalityReach(locality_id=ids[n], reach_km=reach[n], is_measured=True) for n in changed],
        update_conflicts=True,
        unique_fields=["locality"],
        update_fields=["reach_km", "is_measured"],
    )
    if len(moved):
        areas_measured.send(sender=Locality, ids=distances.ids[moved].tolist())


def _write(changed: list[int], rows: "set[Distance]") -> None:
    """Let these be all the rows from and to the `changed` areas."""
    from mutualaid.catalog.distances import Distance

    of_them = LocalityDistance.objects.filter(Q(locality__in=changed) | Q(other__in=changed))
    stale = []
    for pk, *row in of_them.values_list("pk", *Distance._fields):
        before = Distance(*row)
        if before in rows:
            rows.remove(before)
        else:
            stale.append(pk)
    LocalityDistance.objects.filter(pk__in=stale).delete()
    new = (LocalityDistance(**row._asdict()) for row in rows)
    LocalityDistance.objects.bulk_create(new, batch_size=5_000)
