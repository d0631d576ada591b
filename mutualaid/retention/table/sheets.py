"""A coordinator's sheets: the file until it is imported, and what came of its rows."""

from django.utils.translation import gettext_lazy as _

from mutualaid.retention.terms import ACCOUNT, ASK, After, Empty, Keep, Part, Remove, With

SHEETS: dict[str, tuple[Part, ...]] = {
    "importing.ImportRun": (
        Remove(
            "id public_id kind by state file_name said problem last_row row_reached needs lease_until"
            " created_at ended_at kept_until",
            After("created_at", "record_days"),
            _("That a sheet was imported: who did it, when, its name and how many rows it had"),
        ),
        Empty("by", With(ACCOUNT, "by"), _("Which sheets you imported")),
    ),
    "importing.ImportPart": (
        Remove(
            "id run of number content kept_until",
            After("kept_until"),
            _("A sheet that was uploaded, encrypted, until it is imported; two weeks at most"),
        ),
    ),
    "importing.ImportRow": (
        Keep("id run number outcome reference ask locality resource before kept_until"),
        Empty(
            "cells reasons",
            After("kept_until"),
            _("Rows of a sheet that could not be read, encrypted, for two weeks"),
        ),
        Empty("person", With(ACCOUNT, "person"), _("That your offer came in by a sheet")),
        Remove("", With(ASK, "ask"), _("That what you asked came in by a sheet")),
    ),
    "importing.RememberedChoices": (
        Remove(
            "key choices used_at",
            After("used_at", "record_days"),
            _("What the columns of a sheet mean, for the next one like it"),
        ),
    ),
}
