"""Check the whole record, and keep what that found for who looks whether the site is well."""

from django.db.models.functions import Now

from mutualaid.record.checking import Broken, Checked, check_record
from mutualaid.record.models import RecordCheck


def check_and_note() -> Checked:
    """Check every entry and seal as `check_record` does, and note its outcome. Raises `Broken`."""
    try:
        done = check_record()
    except Broken as error:
        _note(error.fault.number, holds=False)
        raise
    _note(done.number, holds=True)
    return done


def _note(number: int, *, holds: bool) -> None:
    found = {"at": Now(), "number": number, "holds": holds}
    RecordCheck.objects.update_or_create(pk=RecordCheck.ONLY, defaults=found)
