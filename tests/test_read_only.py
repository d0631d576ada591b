"""What the site still does while the database can only be read: its disk is full, or it takes no writes."""

import re
from html import unescape

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client

from mutualaid.faults.database import EPISODES, Cause, cause_of
from mutualaid.people.models import Role
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.models import AccessLogEntry, Ask, Need
from tests.support import asking, factories
from tests.support.failing_database import PAGE, ways_to_fail
from tests.support.signing_in import sign_in, time_passes

pytestmark = pytest.mark.django_db(transaction=True)
FROM_HERE = {"origin": "http://testserver"}
PUBLIC = (
    "/",
    "/board/",
    "/near/",
    "/about/",
    "/data/",
    "/account/login/",
    "/need/find/",
    "/ask/who/",
)
LONG = "Milk and bread. " * PAGE


@pytest.fixture(params=[Cause.READ_ONLY, Cause.DISK_FULL])
def failing(request):
    if request.param not in ways_to_fail():
        pytest.skip("a PostgreSQL with a disk of its own would be needed")
    return request.param


@pytest.fixture
def browser():
    return Client(raise_request_exception=False)


def text(answer) -> str:
    return str(answer.content.decode())


def sent_again(browser: Client, page: str):
    """Press the button that sends once more what was typed."""
    form = page.split('<form method="post" action="')[1]
    path = unescape(form.split('"')[0])
    assert path.startswith("/")
    fields = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.split("</form>")[0]
    )
    typed: dict[str, list[str]] = {}
    for name, value in fields:
        typed.setdefault(unescape(name), []).append(unescape(value))
    return browser.post(path, typed, headers=FROM_HERE)


def test_pages_that_only_read_answer_everyone(failing, browser, sam):
    asking.words_and_places()
    need = factories.need()
    link = f"/need/{make_link(need.ask)}/"
    known = sign_in(Client(raise_request_exception=False), sam)
    coordinator = time_passes(
        sign_in(Client(raise_request_exception=False), factories.person("Carla", Role.COORDINATOR)),
        600,
    )
    with ways_to_fail()[failing]():
        assert {page: browser.get(page).status_code for page in (*PUBLIC, link)} == dict.fromkeys(
            (*PUBLIC, link), 200
        )
        assert known.get("/me/").status_code == 200
        assert coordinator.get("/admin/").status_code == 200, "that they were here is let go"
    assert coordinator.get("/admin/").status_code == 200


def test_contact_details_are_not_opened_where_it_cannot_be_written_down(failing, sam):
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=2)
    known = sign_in(Client(raise_request_exception=False), sam)
    path = f"/claims/{claim.public_id}/contact/"
    with ways_to_fail()[Cause.READ_ONLY]():
        answers = [known.get(path, follow=True), known.post(path, follow=True)]
        assert "7 Hill Road" not in "".join(map(text, answers))
        assert answers[1].status_code == 503
        assert "We can't save anything just now" in text(answers[1])
    assert not AccessLogEntry.objects.exists()
    assert "7 Hill Road" in text(known.post(path, follow=True))


def test_what_was_typed_is_there_and_sent_once_more_makes_one_ask(failing, browser):
    asking.words_and_places()
    asking.answer_all(browser)
    with ways_to_fail()[failing]():
        words = {"notes": "Size 3 <b>\n" + LONG[:1000], "what_else": ["a", "b"]}
        answer = browser.post("/ask/details/", words, headers=FROM_HERE)
        if failing is Cause.READ_ONLY:
            assert answer.status_code == 503
    if answer.status_code == 503:
        assert answer.headers["Retry-After"] == "60"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "Size 3 &lt;b&gt;" in text(answer)
        assert sent_again(browser, text(answer)).status_code == 302
    shown = asking.shown_on(browser, "/ask/check/")
    with ways_to_fail()[Cause.READ_ONLY]():
        page = text(browser.post("/ask/check/", {"shown": shown}, headers=FROM_HERE))
    assert not Ask.objects.exists()
    again = [sent_again(browser, page) for _ in range(2)]
    assert again[0].status_code == 302, text(again[0])
    assert Ask.objects.count() == 1
    assert "Size 3" in Need.objects.get().notes.text or failing is Cause.DISK_FULL


def test_the_log_names_the_cause_once_and_says_when_it_is_over(failing, browser, caplog):
    asking.words_and_places()
    with ways_to_fail()[failing]():
        with pytest.raises(DatabaseError) as failed, transaction.atomic():
            factories.need(notes=LONG)
        assert cause_of(failed.value) is failing
    with ways_to_fail()[Cause.READ_ONLY]():
        for _ in range(5):
            assert asking.answer(browser, "who").status_code == 503
    assert EPISODES[Cause.READ_ONLY].failures == 5
    assert asking.answer(browser, "who").status_code == 302
    told = [
        (one.getMessage(), vars(one)["kind"])
        for one in caplog.records
        if one.name == "mutualaid.faults.episodes"
    ]
    assert told == [("away", "read only"), ("back", "read only")]


@pytest.mark.parametrize(
    "state",
    {"53100": Cause.DISK_FULL, "57P01": Cause.AWAY, "55P03": Cause.TOO_SLOW, "42P01": None}.items(),
)
def test_what_postgresql_says_is_understood(state):
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL says it so")
    code, cause = state
    with pytest.raises(DatabaseError) as failed, connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$")
    assert cause_of(failed.value) is cause


def test_a_table_that_is_missing_is_a_fault_of_ours():
    with pytest.raises(DatabaseError) as failed, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM nowhere")
    assert cause_of(failed.value) is None
    assert cause_of(OperationalError()) is Cause.AWAY
    assert cause_of(OSError(28, "No space left on device")) is Cause.DISK_FULL
    assert cause_of(ValueError()) is None
