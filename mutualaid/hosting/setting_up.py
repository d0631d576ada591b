"""Setting up one site: from answers to its environment file, its database and its first coordinator."""

import fcntl
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from pathlib import Path
from shlex import quote
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from mutualaid.group.first_values import split_contact
from mutualaid.hosting import env_file, start, trying_out
from mutualaid.hosting.mail_address import MailServer
from mutualaid.hosting.site_process import SiteFailed, site_rows
from mutualaid.hosting.sites import machine
from mutualaid.hosting.sites.layout import site_of

PROFILE = {"name": "name", "phone": "phone", "place": "line", "hours": "hours"}
"""Answer → value of the group's row."""
AS_TYPED = {
    "security_contact": "SECURITY_CONTACT",
    "team_chat": "TEAM_CHAT_URLS",
    "alarm_phone": "ALARM_PHONE",
    "backup_recipients": "BACKUP_RECIPIENTS",
}
"""Answer → the variable that holds it as it is."""
CARRIED_OVER = (
    "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "CONTACT_KEYS", "ERASURE_LEDGER", "TRUSTED_PROXY_COUNT"
)  # fmt: skip
"""Without these the site would start on another database, or with other keys, than this command had."""


class Busy(Exception):
    """Another command changes this site at the moment."""


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock beside `path` as long as the block runs. Raises `Busy` where someone else has it."""
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"Another setup of {path} is at work. Wait until it has ended.") from None
        yield


@dataclass(frozen=True)
class Known:
    """What is set before anyone answers. `of_file` are answers that the file gives, `answers` all."""

    file: Path
    variables: Mapping[str, str]
    of_file: Mapping[str, str]
    answers: Mapping[str, str]
    rows: Mapping[str, Any]


def look(file: Path) -> Known:
    """Read what is set in `file`, the environment and the rows of the site.

    Raises `env_file.BadFile` for a file that cannot be read.
    """
    variables = env_file.read(file)
    of_file = answers_in(variables)
    carried = {name: value for name, value in start.found_before().items() if name in CARRIED_OVER}
    data_dir = variables.get("DATA_DIR") or str(data_dir_of(file))
    rows: dict[str, Any] = {}
    is_there = (
        file.exists() or (Path(data_dir) / "db.sqlite3").exists() or "DATABASE_URL" in carried
    )
    if is_there:
        try:
            rows = site_rows(file, also=carried | {"DATA_DIR": data_dir})
        except SiteFailed:
            rows = {}  # something set cannot be used: the questions find out what
    profile = rows.get("profile") or {}
    answers = answers_in(start.found_before()) | of_file
    if profile:
        answers |= {key: profile[value] for key, value in PROFILE.items()}
        if profile["languages"]:
            answers["languages"] = profile["languages"]
    answers["coordinators"] = str(rows.get("coordinators", 0))
    return Known(file, variables, of_file, answers, rows)


def set_up(known: Known, answers: Mapping[str, str], *, say: Callable[[str], object]) -> bool:
    """Write the answers and say what came of each; return False where the database could not be written.

    What is the same as before is not touched, so it can be run again at any time. Raises `OSError` and
    `env_file.BadFile` where the file cannot be written.
    """
    variables = changed_variables(known, answers)
    if env_file.write(known.file, variables, header=env_file.HEADER):
        say(
            f"Written: {', '.join(sorted(variables))} in {known.file}, readable for its owner alone."
        )
        say("They count from the next start of the site on.")
    else:
        say(f"Nothing is different in {known.file}.")
    try:
        rows = site_rows(known.file, changed_rows(known, answers))
    except SiteFailed as error:
        say(f"The database could not be written:\n{error}\nCorrect it and run setup again.")
        return False
    _say_rows(rows, answers, say)
    _say_keys(known.file, say)
    _say_address(known, say)
    _try_out(answers, say)
    return True


def answers_in(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that these variables hold, without a key for what they do not say."""
    mail = MailServer.parse(variables.get("EMAIL_URL", ""))
    phone, _email, hours = split_contact(variables.get("HELP_CONTACT", ""))
    code, usual = variables.get("LANGUAGE_CODE", ""), [code for code, _name in settings.LANGUAGES]
    found = {
        "name": variables.get("GROUP_NAME"),
        "site_url": variables.get("SITE_URL"),
        "phone": phone if "HELP_CONTACT" in variables else None,
        "hours": hours if "HELP_CONTACT" in variables else None,
        "time_zone": variables.get("TIME_ZONE"),
        "region": variables.get("PHONE_REGION"),
        "languages": " ".join(dict.fromkeys([code, *usual])) if code else None,
        "mail_host": mail.host or None,
        "mail_user": mail.user if mail.host else None,
        "mail_password": mail.password if mail.host else None,
        "sender": parseaddr(variables.get("FROM_EMAIL", ""))[1] or None,
        "sms_url": variables.get("SMS_URL"),
        **{key: variables.get(name) for key, name in AS_TYPED.items()},
    }
    return {key: value for key, value in found.items() if value is not None}


def variables_of(answers: Mapping[str, str]) -> dict[str, str | None]:
    """Return the variables that hold these answers; None for one that had better not be there."""
    contact = ", ".join(filter(None, (answers.get("phone"), answers.get("hours"))))
    mail = MailServer(
        *(answers.get(key, "") for key in ("mail_host", "mail_user", "mail_password"))
    )
    sender = answers.get("sender")
    return {
        "GROUP_NAME": answers.get("name"),
        "HELP_CONTACT": contact,
        "SITE_URL": answers.get("site_url"),
        "TIME_ZONE": answers.get("time_zone"),
        "PHONE_REGION": answers.get("region"),
        "LANGUAGE_CODE": (answers.get("languages") or "").partition(" ")[0] or None,
        "EMAIL_URL": mail.url if mail.host else None,
        "FROM_EMAIL": formataddr((answers.get("name", ""), sender)) if sender else None,
        "SMS_URL": answers.get("sms_url", ""),
        **{name: answers.get(key, "") for key, name in AS_TYPED.items()},
    }


def changed_variables(known: Known, answers: Mapping[str, str]) -> dict[str, str | None]:
    """Return the variables that the answers change, and those without which no site starts."""
    before, after = variables_of(known.of_file), variables_of(answers)
    new: dict[str, str | None] = {}
    for name, value in after.items():
        if value != before[name] or (value and name not in known.variables):
            new[name] = value
    found = start.found_before()
    new |= {name: found[name] for name in CARRIED_OVER if name in found}
    new["DATA_DIR"] = str(data_dir_of(known.file))
    if urlsplit(answers["site_url"]).scheme == "https":
        new.setdefault("TRUSTED_PROXY_COUNT", "1")  # what speaks TLS stands in front
    kept = known.variables.keys() & {*CARRIED_OVER, "DATA_DIR"}
    new = {name: value for name, value in new.items() if name not in kept}
    return {name: v for name, v in new.items() if known.variables.get(name) != v}


def changed_rows(known: Known, answers: Mapping[str, str]) -> dict[str, Any]:
    """Return what `rows.apply` is to write."""
    profile = {
        value: answers.get(key, "")
        for key, value in PROFILE.items()
        if not known.rows or answers.get(key, "") != known.answers.get(key, "")
    }
    if answers["languages"] != known.answers.get("languages"):
        profile["languages"] = answers["languages"]
    changes: dict[str, Any] = {"profile": profile}
    if answers.get("coordinator"):
        person = {"name": answers.get("coordinator_name", ""), "reach": answers["coordinator"]}
        changes["coordinator"] = person
    return changes


def data_dir_of(file: Path) -> Path:
    """Return where a site keeps its data if its file does not say: where `sites add` does, or beside it."""
    if given := start.found_before().get("DATA_DIR"):
        return Path(given).resolve()
    site = site_of(file)
    return site.data_dir if site else file.resolve().parent


def how_to_start(file: Path) -> str:
    """Return the command from which on the settings in `file` count."""
    if site := site_of(file):
        return f"systemctl restart {machine.main_unit(site)}"
    return f"{sys.executable} manage.py up --env-file {quote(str(file))}"


def _say_rows(
    rows: Mapping[str, Any], answers: Mapping[str, str], say: Callable[[str], object]
) -> None:
    if "profile" in rows["done"]:
        say("The pages show the group's name, phone and languages.")
    if "coordinator" in rows["done"]:
        say(
            f"{answers['coordinator_name']} is the first coordinator: they sign in at {answers['site_url']}"
            " with a code, open Coordination, and set up a second factor. Best today, and make a second one"
            " with manage.py make_coordinator: who joins later is decided by two."
        )
    elif not rows["coordinators"]:
        say("There is no coordinator yet: nobody can look after what comes in.")


def _say_keys(file: Path, say: Callable[[str], object]) -> None:
    variables = env_file.read(file)
    in_file = [name for name in ("SECRET_KEY", "CONTACT_KEYS") if variables.get(name)]
    places = [file] if in_file else []
    if len(in_file) < 2:
        places.append(Path(variables["DATA_DIR"]) / "secrets.json")
    what, it = ("that file", "it") if len(places) == 1 else ("both", "them")
    say(
        f"The keys are kept in {' and in '.join(map(str, places))}. Copy {what} to another place today, apart"
        f" from the backups: without {it} nobody can read the contact details, and with {it} and a backup"
        " anybody can."
    )


def _say_address(known: Known, say: Callable[[str], object]) -> None:
    """A site of the machine's list has its address in the proxy's settings too."""
    site, address = site_of(known.file), env_file.read(known.file)["SITE_URL"]
    if site and known.variables.get("SITE_URL", address) != address:
        say(
            "The address is another one now. Tell the proxy, too: manage.py sites add"
            f" {site.group} --domain {quote(address)}"
        )


def _try_out(answers: Mapping[str, str], say: Callable[[str], object]) -> None:
    if urlsplit(answers["site_url"]).scheme == "https" and (
        warning := trying_out.look_up(answers["site_url"])
    ):
        say(warning)
    server = MailServer(
        *(answers.get(key, "") for key in ("mail_host", "mail_user", "mail_password"))
    )
    told = []
    if server.host and (to := answers.get("test_mail_to")):
        sender = formataddr(
            (answers["name"], answers.get("sender") or f"mutualaid@{_host(answers)}")
        )
        told.append(trying_out.send_test_mail(server, sender=sender, to=to, name=answers["name"]))
    if answers.get("sms_url") and (to := answers.get("test_sms_to")):
        told.append(trying_out.send_test_text(answers["sms_url"], to=to, name=answers["name"]))
    for tried in told:
        say(tried.words)
    if not all(tried.is_sent for tried in told):
        say(
            "Run setup again to try once more: it keeps what is set, and asks where to send a test."
        )


def _host(answers: Mapping[str, str]) -> str:
    return urlsplit(answers["site_url"]).hostname or "localhost"
