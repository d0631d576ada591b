"""What has to be true before the first request: a database that answers and is up to date."""

from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection
from django.utils.translation import gettext as _

from mutualaid.standalone.errors import CannotStart


def check_database() -> None:
    """Raise `CannotStart` with the reason, and without the password, when the database is down."""
    # The supervisor asks a few questions at the start: a pool would hold connections for ever.
    connection.settings_dict["OPTIONS"].pop("pool", None)
    try:
        connection.ensure_connection()
    except Error as error:
        words = _("The database in DATABASE_URL does not answer: %(reason)s")
        raise CannotStart(words % {"reason": _reason(error)}) from None


def prepare() -> str:
    """Bring words, static files and tables up to date and seed them. Return the demo's sign-ins."""
    call_command("translations", "compile", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
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
