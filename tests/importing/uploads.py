"""A coordinator's sheet on its way through the browser."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mutualaid.importing import tasks
from mutualaid.importing.models import ImportRun

SHEET = """\
Requests of March,,,,
Timestamp,Your name,Phone,What kind of help?,Neighborhood,State of it
15/03/2026 9:00,Ana,608 555 0142,food,Riverside,New
16/03/2026 9:00,Bo,608 555 0143,Tents,Riverside,New
17/03/2026 9:00,Cleo,,food,Atlantis,New
18/03/2026 9:00,Dan,608 555 0145,food,Riverside,Completed
"""


def upload(browser, content=SHEET, name="march.csv", kind="needs"):
    raw = content if isinstance(content, bytes) else content.encode()
    answer = browser.post(
        reverse("admin:imports"), {"kind": kind, "file": SimpleUploadedFile(name, raw)}
    )
    if answer.status_code == 302:
        work()
        return ImportRun.objects.latest("pk")
    return answer


def work():
    """What a worker does until nothing is left."""
    while runs := list(ImportRun.objects.to_work_on()):
        for run in runs:
            tasks.work_on(run.pk)


def page(browser, run):
    return browser.get(reverse("admin:import", args=[run.pk])).content.decode()


def press(browser, run, do, **typed):
    answer = browser.post(reverse("admin:import", args=[run.pk]), {"do": do, **typed}, follow=True)
    work()
    run.refresh_from_db()
    return answer.content.decode()


def proposed(browser, run):
    """What the form holds when it is shown."""
    form = browser.get(reverse("admin:import", args=[run.pk])).context["form"]
    return {field.html_name: field.value() for field in form if field.value() is not None}


def checked(browser, run, **changes):
    press(browser, run, "check", **(proposed(browser, run) | changes))
    assert run.state == "checked", page(browser, run)
    return run


def imported(browser, content=SHEET, **changes):
    run = checked(browser, upload(browser, content), **changes)
    press(browser, run, "import")
    assert run.state == "done"
    return run


def outcomes(run):
    return dict(run.sheet_rows.order_by("number").values_list("number", "outcome"))
