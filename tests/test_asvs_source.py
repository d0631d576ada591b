"""Lines of OWASP's checklist (docs/asvs.md) that hold for how the code is written."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from mutualaid.celery import app
from tests.test_logs import line

ROOMS = ("mutualaid", "requests_app", "offers_app")


def sources(*endings: str) -> Iterator[Path]:
    for room in (*ROOMS, "templates"):
        for path in (settings.BASE_DIR / room).rglob("*"):
            if path.suffix in endings and "migrations" not in path.parts:
                yield path


def test_the_linter_looks_for_dangerous_calls():
    """Rules S: eval, pickle, shells, SQL out of strings, mark_safe, weak hashes, random, TLS unchecked."""
    rules = (settings.BASE_DIR / "pyproject.toml").read_text()
    select = re.search(r"^select = \[(.*)\]$", rules, re.M)
    assert select
    assert '"S"' in select[1]
    ignored = re.findall(r'^ +"(S\d+)"', rules, re.M)
    assert ignored == ["S603"]


def test_no_template_shows_words_of_people_unescaped():
    found = set()
    for path in sources(".html", ".txt", ".ics"):
        for filter_or_tag in re.findall(
            r"\{\{[^}]*\|\s*safe\b[^}]*\}\}|autoescape off", path.read_text()
        ):
            found.add((path.name, filter_or_tag))
    assert found <= {
        ("activate_form.html", "{{ totp_svg|safe }}"),  # a picture that allauth draws
        ("field.html", "{{ field.help_text|safe }}"),  # sentences of ours
        ("base_message.txt", "autoescape off"),  # a text, which no one reads as HTML
    }


def test_no_form_takes_every_field_of_a_model():
    for path in sources(".py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and node.name == "Meta":
                assert "exclude" not in {t.id for t in ast.walk(node) if isinstance(t, ast.Name)}, (
                    path
                )
            assert not (isinstance(node, ast.Constant) and node.value == "__all__"), path


def our_scripts() -> list[Path]:
    """All but htmx, which is as published and set up to do none of it: tests/test_htmx.py."""
    static = settings.BASE_DIR / "mutualaid" / "static"
    scripts = [path for path in static.rglob("*.js") if path.name != "htmx.min.js"]
    assert scripts
    return scripts


def test_no_script_writes_html_runs_words_or_keeps_anything():
    never = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|postMessage"
    )
    kept = r"localStorage|indexedDB|document\.cookie|caches\.|__proto__"
    for script in our_scripts():
        assert not re.findall(f"{never}|{kept}|addEventListener..message", script.read_text()), (
            script
        )


def test_nothing_waits_in_a_tab():
    uses = {
        script.name: set(re.findall(r"sessionStorage(?:\.\w+\(\w*)?", script.read_text()))
        for script in our_scripts()
    }
    assert {name: use for name, use in uses.items() if use} == {
        "frame.js": {"sessionStorage.clear("}
    }


def test_no_xml_from_outside_is_read():
    for path in sources(".py"):
        assert not re.search(
            r"ElementTree|minidom|xml\.sax\.(?!saxutils)|lxml", path.read_text()
        ), path


def test_tasks_are_sent_and_taken_as_json_alone():
    assert set(app.conf.accept_content) == {"json"}
    assert app.conf.task_serializer == "json"


def test_certificates_are_looked_at():
    for path in sources(".py"):
        off = r"CERT_NONE|_create_unverified|check_hostname\s*=\s*False|verify\s*=\s*False"
        assert not re.search(off, path.read_text()), path
    assert EmailBackend(use_tls=True).ssl_context.check_hostname


def test_a_line_of_the_log_is_one_line_with_its_moment_in_utc():
    written = line("first\nsecond %s", "third\r\n{}")
    assert written["message"] == "first\nsecond third\r\n{}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", written["at"])


def test_every_package_is_pinned_with_its_hash():
    for name in ("requirements.txt", "requirements-dev.txt"):
        rows = (settings.BASE_DIR / name).read_text().replace("\\\n", " ").splitlines()
        packages = [row for row in rows if row and not row.startswith(("#", " "))]
        assert len(packages) > 20
        for package in packages:
            assert re.match(r"\S+==\S+ .*--hash=sha256:", package), package
