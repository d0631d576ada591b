"""Prepare the site for its first request: a database of its own that answers and is up to date."""

from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection
from django.utils.translation import gettext as _

from mutualaid.people.models import User
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
    """Compile translations, collect static files, migrate, seed, and erase again what a restore brought back.

    Returns the demo's sign-ins. Raises `CannotStart` where translations are stale and the folder of the code
    cannot be written.
    """
    _compile_translations()
    call_command("collectstatic", interactive=False, verbosity=0)
    upgrade()
    check_demo_apart()
    call_command("seed", verbosity=0)
    call_command("replay_erasures", if_needed=True)
    sign_ins = StringIO()
    if settings.DEMO:
        call_command("demo", stdout=sign_ins)
    connection.close()
    return sign_ins.getvalue()


def check_demo_apart() -> None:
    """Check that the database holds no demo if this is a real site, and nothing real if it is a demo.

    Raises `CannotStart` where it does: made-up needs would be asked of people, or anyone could sign in as a
    coordinator of real ones. A database without tables is fine for both.
    """
    if User._meta.db_table not in connection.introspection.table_names():
        return
    others = User._base_manager.filter(of_demo=not settings.DEMO)
    if not others.exists():
        return
    if settings.DEMO:
        reason = _("This database belongs to a real site, and the demo must not be added to it.")
    else:
        reason = _("This database holds the demo: people and needs that are made up.")
    advice = _("Start with an empty folder in DATA_DIR, or with an empty database in DATABASE_URL.")
    raise CannotStart(f"{reason} {advice}")


def _compile_translations() -> None:
    try:
        call_command("translations", "compile", verbosity=0)
    except OSError as error:
        message = _(
            "The translations can't be made ready: %(reason)s. Whoever installs the code runs once:"
            " manage.py translations compile"
        )
        raise CannotStart(message % {"reason": error.strerror}) from error


def _reason(error: Error) -> str:
    first = str(error).strip().partition("\n")[0]
    password = connection.settings_dict["PASSWORD"]
    return first.replace(password, "…") if password else first
