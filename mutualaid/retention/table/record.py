"""What the record holds: nothing about anyone but the salts, which go with an account."""

from django.utils.translation import gettext_lazy as _

from mutualaid.retention.terms import ACCOUNT, Keep, Part, Remove, With

RECORD: dict[str, tuple[Part, ...]] = {
    "record.RecordEntry": (
        Keep(
            "id kind at facts people salt number seal leaf",
            _("What our record says without names, if we keep one"),
        ),
    ),
    "record.Seal": (
        Keep("number at first_number last_number previous root head public_key signature"),
    ),
    "record.RecordCheck": (Keep("id at number holds"),),
    "record.PersonSalt": (
        Remove(
            "id entry role user salt",
            With(ACCOUNT, "user"),
            _("Which entries of our record are about you"),
        ),
    ),
}
