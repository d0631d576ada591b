"""What comes back from mail servers, in the shape of each maker, and what it means for a mail to Ana."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.notify.channels.delivery_reports import (
    MOST_BYTES,
    Fate,
    Report,
    fate_of_refusal,
    read_report,
)

REPORTS = Path(__file__).parent / "reports"
ANA = "ana@example.org"
SENT = "<163.1764150000.77@mutualaid.example>"
"""The Message-ID of the mail that each of the reports is about."""
MEANS = {
    "exim": Fate.GONE,
    "exim-in-words": Fate.GONE,
    "exim-still-trying": Fate.LATE,
    "postfix": Fate.GONE,
    "postfix-late": Fate.LATE,
    "postfix-gave-up": Fate.UNDELIVERED,
    "microsoft": Fate.GONE,
    "microsoft-not-found": Fate.GONE,
    "microsoft-cut": Fate.GONE,
    "google": Fate.GONE,
    "google-full": Fate.UNDELIVERED,
    "google-not-trusted": Fate.UNDELIVERED,
    "google-too-many": Fate.UNDELIVERED,
    "yahoo": Fate.GONE,
    "yahoo-policy": Fate.UNDELIVERED,
    "qmail": Fate.GONE,
    "no-reason": Fate.FAILED,
    "all-in-base64": Fate.GONE,
    "forwarded": Fate.FAILED,
    "several-recipients": Fate.UNDELIVERED,
    "complaint": Fate.COMPLAINED,
    "complaint-microsoft": Fate.COMPLAINED,
}
SAY_NOTHING = {"out-of-office", "complaint-taken-back"}


def written(name: str) -> bytes:
    return (REPORTS / f"{name}.eml").read_bytes()


def fate(report: Report, *, of: str = ANA) -> Fate:
    return report.fate_at(lambda named: named == of)


def test_every_report_has_its_line_here():
    assert {file.stem for file in REPORTS.iterdir()} == MEANS.keys() | SAY_NOTHING


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(("name", "means"), MEANS.items())
def test_each_maker_is_understood(name, means, newline):
    report = read_report(written(name).replace(b"\n", newline))
    assert fate(report) == means
    assert report.message_ids == {SENT}


@pytest.mark.parametrize("name", sorted(SAY_NOTHING))
def test_what_is_no_report_is_about_nothing(name):
    assert read_report(written(name)) == Report()


@pytest.mark.parametrize(
    ("recipient", "means"),
    [("ben@example.org", Fate.GONE), ("cat@example.org", Fate.ARRIVED), (ANA, Fate.UNDELIVERED)],
)
def test_of_several_recipients_each_has_a_fate_of_its_own(recipient, means):
    assert fate(read_report(written("several-recipients")), of=recipient) == means


@pytest.mark.parametrize(
    ("said", "status", "means"),
    [
        ("550-5.1.1 no such\n 550 5.1.1 user", "5.0.0", Fate.GONE),
        ("550 SPF check of spf.example failed", "5.1.1", Fate.UNDELIVERED),
        ("550 5.1.1 <spam.policy@example.org>: user unknown", "5.1.1", Fate.GONE),
        ("550 5.4.1 no answer from host 5.1.1.9", "5.4.1", Fate.FAILED),
        ("550 5.5.0 Requested action not taken: mailbox unavailable", "5.5.0", Fate.FAILED),
        ("552 5.2.2 full", "", Fate.UNDELIVERED),
        ("550 5.7.1 no such user, says our filter", "", Fate.UNDELIVERED),
        ("", "5.1.1", Fate.GONE),
        ("", "", Fate.FAILED),
    ],
)
def test_the_words_of_the_last_server_count_before_the_code_of_the_first(said, status, means):
    assert fate_of_refusal(said, status) == means


@pytest.mark.parametrize("name", ["google-too-many", "microsoft-not-found", "exim", "complaint"])
def test_a_report_that_was_cut_says_nothing_worse_than_the_whole(name):
    whole = written(name)
    for end in range(0, len(whole), 23):
        report = read_report(whole[:end])
        assert report.message_ids <= {SENT}
        if report.message_ids:
            assert fate(report) <= max(MEANS[name], Fate.FAILED)


@given(st.binary(max_size=400), st.sampled_from(sorted(MEANS)), st.integers(0, 3000))
def test_nonsense_within_a_report_breaks_nothing(nonsense, name, at):
    whole = written(name)
    assert len(read_report(whole[:at] + nonsense + whole[at:]).message_ids) <= 10


@pytest.mark.parametrize(
    "nonsense",
    [
        b"",
        b"\0" * 100,
        b"\xff\xfe" * 100,
        b"Content-Type: multipart/report; boundary=B\n\n--B\n" * 3000,
        b"".join(
            b'Content-Type: multipart/x; boundary="%d"\n\n--%d\n' % (n, n) for n in range(9000)
        ),
        b"Content-Type: message/rfc822\n\n" * 9000,
    ],
    ids=["nothing", "zeros", "no text", "one in itself", "many in each other", "mails in mails"],
)
def test_nonsense_is_about_nothing(nonsense):
    assert read_report(nonsense) == Report()


def test_of_ten_megabytes_the_beginning_is_enough():
    whole = written("postfix").replace(
        b"Subject: Mutual", b"X-Long: " + b"x" * 10_000_000 + b"\nSubject: Mutual"
    )
    assert len(whole) > 10 * MOST_BYTES
    assert read_report(whole).message_ids == set(), "its Message-ID stands behind"
    whole = written("postfix") + b"x" * 10_000_000
    assert fate(read_report(whole)) == Fate.GONE


def test_a_report_that_names_thousands_of_mails_is_about_ten_at_most():
    ids = b"".join(b"Message-ID: <%d@mutualaid.example>\n" % n for n in range(5000))
    whole = written("exim-in-words") + ids
    assert len(read_report(whole).message_ids) == 10
