from mutualaid.desk import call, cannot_come, duplicates, finding, outlines, review  # noqa: F401  they register themselves
from mutualaid.desk.exports import as_text, contacts, prints, sheets  # noqa: F401  as do these
