"""What the documents say of each other is so."""

import ast
import re

from django.conf import settings

DECISIONS = settings.BASE_DIR / "mutualaid" / "docs" / "adr"
LINE = re.compile(r"^\| (\d+) \| \[(.+)\]\((.+\.md)\) \| (accepted|superseded by \d+)\b.*\|$", re.M)
LEFT_OUT = {33}
ASVS = settings.BASE_DIR / "mutualaid" / "docs" / "asvs.md"
LEVELS_1_AND_2 = """
    1.1: 1-2     1.2: 1-9     1.3: 1-11    1.4: 1-3     1.5: 1-2     2.1: 1-3     2.2: 1-3
    2.3: 1-4     2.4: 1       3.2: 1-2     3.3: 1-4     3.4: 1-6     3.5: 1-5     3.7: 1-2
    4.1: 1-3     4.2: 1       4.3: 1-2     4.4: 1-4     5.1: 1       5.2: 1-3     5.3: 1-2
    5.4: 1-3     6.1: 1-3     6.2: 1-12    6.3: 1-4     6.4: 1-4     6.5: 1-5     6.6: 1-3
    6.8: 1-4     7.1: 1-3     7.2: 1-4     7.3: 1-2     7.4: 1-5     7.5: 1-2     7.6: 1-2
    8.1: 1-2     8.2: 1-3     8.3: 1       8.4: 1       9.1: 1-3     9.2: 1-4     10.1: 1-2
    10.2: 1-2    10.3: 1-4    10.4: 1-11   10.5: 1-5    10.6: 1-2    10.7: 1-3    11.1: 1-2
    11.2: 1-3    11.3: 1-3    11.4: 1-4    11.5: 1      11.6: 1      12.1: 1-3    12.2: 1-2
    12.3: 1-4    13.1: 1      13.2: 1-5    13.3: 1-2    13.4: 1-5    14.1: 1-2    14.2: 1-4
    14.3: 1-3    15.1: 1-3    15.2: 1-3    15.3: 1-7    16.1: 1      16.2: 1-5    16.3: 1-4
    16.4: 1-3    16.5: 1-3    17.1: 1      17.2: 1-4    17.3: 1-2
"""
"""The lines of OWASP ASVS 5.0.0, by section: no section of it leaves out a number below the last."""


def test_every_decision_is_in_the_index_by_its_title_and_with_its_state():
    index = {
        file: f"# {number}. {title}"
        for number, title, file, _state in LINE.findall((DECISIONS / "README.md").read_text())
    }
    written = {
        path.name: path.read_text().partition("\n")[0] for path in DECISIONS.glob("[0-9]*.md")
    }
    assert index == written


def test_no_number_is_missing_but_those_that_were_left_out():
    numbers = {int(path.name[:4]) for path in DECISIONS.glob("[0-9]*.md")}
    assert set(range(1, max(numbers) + 1)) - numbers == LEFT_OUT


def test_every_link_of_the_documents_leads_to_a_file():
    documents = [
        *settings.BASE_DIR.glob("*.md"),
        *(settings.BASE_DIR / "mutualaid/docs").rglob("*.md"),
    ]
    dead = [
        f"{path.name}: {link}"
        for path in documents
        for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text())
        if not (path.parent / link).exists()
    ]
    assert dead == []


def test_the_house_is_on_one_page():
    assert len((settings.BASE_DIR / "ARCHITECTURE.md").read_text().splitlines()) <= 75


def test_every_place_that_is_said_to_hold_a_rule_is_there():
    rooms = ("mutualaid", "requests_app", "offers_app", "templates", "tests")
    below = [path for room in rooms for path in (settings.BASE_DIR / room).rglob("*")]
    places = {f"/{path.relative_to(settings.BASE_DIR)}" for path in below}
    places |= {f"/{room}" for room in rooms}
    for document in ("ARCHITECTURE.md", "mutualaid/docs/rules.md"):
        text = (settings.BASE_DIR / document).read_text()
        named = set(re.findall(r"`([a-z_]+(?:/[a-z_.]*)+|[a-z_]+\.py)`", text))
        assert len(named) > 20
        gone = [
            name for name in named if not any(p.endswith(f"/{name.rstrip('/')}") for p in places)
        ]
        assert gone == [], document


def test_the_checklist_has_each_line_of_levels_1_and_2_once():
    wanted = []
    for section, first, last in re.findall(r"([\d.]+): (\d+)(?:-(\d+))?", LEVELS_1_AND_2):
        wanted += [f"{section}.{n}" for n in range(int(first), int(last or first) + 1)]
    assert len(wanted) == 253
    assert re.findall(r"^\| ([\d.]+) \|", ASVS.read_text(), re.M) == wanted


def test_each_line_of_the_checklist_is_held_or_says_what_is_missing():
    for line in re.findall(r"^\| ([\d.]+ \| .+) \|$", ASVS.read_text(), re.M):
        _number, asked, held = line.split(" | ")
        assert asked, line
        assert len(held.removeprefix("**open**")) > 10, line


def test_every_test_that_the_checklist_names_exists():
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", ASVS.read_text()))
    assert len(named) > 100
    missing = sorted(f"{path}::{name}" for path, name in named if name not in names_of_tests(path))
    assert missing == []


def names_of_tests(path: str) -> set[str]:
    file = settings.BASE_DIR / path
    tree = ast.parse(file.read_text()) if file.exists() else ast.Module([], [])
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
