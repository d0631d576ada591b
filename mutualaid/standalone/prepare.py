"""Prepare the site for its first request: a database that answers and is up to date."""

from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection
from django.utils.translation import gettext as _

from mutualaid.standalone.errors import CannotStart
from mutualaid.standalone.upgrade import upgrade


def check_database() -> None:
    """Connect to the database once.

    Raises `CannotStart` with the reason, and without the password, when it does not answer.
    """
    # The supervisor needs a few queries at the start: a pool would hold connections for ever.
    connection.settings_dict["OPTIONS"].pop("pool", None)
    try:
        connection.ensure_connection()
    except Error as error:
        message = _("The database in DATABASE_URL does not answer: %(reason)s")
        raise CannotStart(message % {"reason": _reason(error)}) from None


def prepare() -> str:
    """Compile translations, collect static files, migrate and seed; return the demo's sign-ins."""
    call_command("translations", "compile", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    upgrade()
    call_command("seed", verbosity=0)
    sign_ins = StringIO()
    if settings.DEMO:
        call_command("demo", stdout=sign_ins)
    connection.close()
    return sign_ins.getvalue()


def _reason(error: Error) -> str:
    first = str(error).strip().partition("\n")[0]
    password = connection.settings_dict["PASSWORD"]
    return first.replace(password, "…") if password else first
