"""What belongs to the group and to no person, in one file to keep."""

import json
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from mutualaid.boundary.csv_cells import write_rows
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.fund.exports import BOOKS_HEAD, book_rows
from mutualaid.group.current import read_group
from mutualaid.group.models import GroupLogo, GroupProfile
from mutualaid.matching.models import ScoringWeights
from mutualaid.numbers.rows import HEAD, MONEY_HEAD, money_rows, numbers_rows
from mutualaid.policy.current import read_policy
from mutualaid.record import files as record_files
from mutualaid.record.models import Seal
from mutualaid.resources.hsds.writing import write_services
from mutualaid.resources.models import Resource

ABOUT = {
    "services.json": gettext_lazy("what others offer near by, for other directories (HSDS 3)"),
    "numbers.csv": gettext_lazy("how many asked and how many were helped, month by month"),
    "money-by-month.csv": gettext_lazy("what was given to your pots and paid out, month by month"),
    "kinds.csv": gettext_lazy("the kinds of help"),
    "areas.json": gettext_lazy("your areas, with what is drawn on the map"),
    "languages.csv": gettext_lazy("the languages that people speak with you"),
    "how-we-work.csv": gettext_lazy("how your group works: each value with its name"),
    "money.csv": gettext_lazy("what came into your pots and went out, without names"),
    "points.csv": gettext_lazy("what counted how much when we looked for helpers"),
    "record.jsonl": gettext_lazy("your record, sealed; seals.py checks it"),
    "seals.py": gettext_lazy(
        "a small program that checks your record: python3 seals.py record.jsonl"
    ),
    "words.json": gettext_lazy("your name, your words in each language, and your look"),
    "logo.png": gettext_lazy("your logo"),
}
"""File → what is in it, as its README says."""
OF_A_PERSON = {"phone", "email", "asking_paused_words", "meeting_words"}
"""Values of the group and of its policy that often are someone's: whom to call, whom to meet."""


def group_things() -> bytes:
    """Return a ZIP: services near by, numbers, kinds and areas, how the group works, its words and logo.

    Nothing in it is of a person: no account, no ask, no offer. What the team itself wrote into a text or a
    service may name someone; a README says so, and what is in which file, in the first language of the group.
    """
    group = read_group()
    packed = BytesIO()
    with (
        override(group.offered(settings.LANGUAGE_CODE)),
        ZipFile(packed, "w", ZIP_DEFLATED) as archive,
    ):
        files = _files(group)
        archive.writestr("README.txt", _read_me(group, files))
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _files(group: GroupProfile) -> dict[str, bytes]:
    files = {
        "services.json": _json(write_services(_services())),
        "numbers.csv": _csv([HEAD, *numbers_rows()]),
        "kinds.csv": _table(Category.objects.order_by("pk"), but=("parent",), of=F("parent__slug")),
        "areas.json": _json(_areas()),
        "languages.csv": _table(Language.objects.order_by("pk")),
        "how-we-work.csv": _row_as_csv(read_policy()),
        "points.csv": _row_as_csv(ScoringWeights.objects.first() or ScoringWeights()),
        "words.json": _json(_words(group)),
    }
    seals = list(Seal.objects.order_by("number"))
    if record := "".join(record_files.lines_of(seals, with_entries=True)):
        files |= {"record.jsonl": record.encode(), "seals.py": record_files.program()}
    if money := list(money_rows()):
        files["money-by-month.csv"] = _csv([MONEY_HEAD, *money])
    if books := list(book_rows()):
        files["money.csv"] = _csv([BOOKS_HEAD, *books])
    logo = GroupLogo.objects.filter(pk=group.logo_id).values_list("page", flat=True).first()
    return files | ({"logo.png": bytes(logo)} if logo else {})


def _services() -> QuerySet[Resource]:
    """Those in use that someone has checked: of the others no one knows whether it is so."""
    checked: QuerySet[Resource] = Resource.objects.with_all().exclude(checked_on=None)
    return checked.filter(is_active=True)


def _read_me(group: GroupProfile, files: Iterable[str]) -> str:
    head = _("This is what belongs to %(group)s and to no one person.") % {"group": group.name}
    lines = (f"{name}\n    {ABOUT[name]}" for name in files)
    care = _(
        "No account, no ask and no offer is in here. What you typed yourselves is as you typed it: look"
        " whether it names someone before you pass it on."
    )
    end = _("The files open in any spreadsheet or editor.")
    return "\n\n".join([head, *lines, care, end]) + "\n"


def _words(group: GroupProfile) -> dict[str, Any]:
    left_out = {"logo", *OF_A_PERSON}
    return {name: value for name, value in group.values().items() if value and name not in left_out}


def _areas() -> list[dict[str, Any]]:
    columns = ("slug", "name", "names", "lat", "lng", "outline")
    return list(Locality.objects.order_by("pk").values(*columns, part_of=F("parent__slug")))


def _table(rows: QuerySet[Any], *, but: Iterable[str] = (), **also: F) -> bytes:
    """The rows as CSV, without their ids."""
    names = [field.name for field in rows.model._meta.concrete_fields]
    shown = [name for name in names if name not in ("id", *but)]
    head = (*shown, *also)
    return _csv([head, *rows.values_list(*shown, *also.values())])


def _row_as_csv(row: models.Model) -> bytes:
    """The one row as a line for each value: its name in code, in words, and itself."""
    left_out = {"id", "version", *OF_A_PERSON}
    fields = [f for f in row._meta.concrete_fields if f.name not in left_out]
    lines = [(f.name, f.verbose_name, _plain(getattr(row, f.name))) for f in fields]
    return _csv([("name", "in words", "value"), *lines])


def _plain(value: object) -> object:
    return "" if value is None else value


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    file = StringIO(newline="")
    write_rows(file, ([_plain(cell) for cell in row] for row in rows))
    return file.getvalue().encode()


def _json(content: object) -> bytes:
    text = json.dumps(content, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder)
    return f"{text}\n".encode()
