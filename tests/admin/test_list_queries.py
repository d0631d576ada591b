"""What the lists of the admin ask the database: as little with many rows as with few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.actions import ContactDetails
from tests.support import factories

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
LISTS = (
    "requests_app/need/", "requests_app/need/?state__exact=open", "requests_app/need/?q=Riverside",
    "requests_app/need/?look=today", "requests_app/need/?created_at__gte=2020-01-01T00%3A00%2B00%3A00",
    "requests_app/ask/", "offers_app/offer/", "notify/notification/",
    "people/user/", "resources/resource/", "catalog/locality/", "catalog/category/",
)  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_a_list_takes_a_dozen_queries_at_most_and_reads_no_row_twice(admin, path):
    for _ in range(5):
        factories.need(urgency=4, contact=ContactDetails(name="Ana", email="ana@people.example"))
        factories.offer()
    factories.resource()
    with CaptureQueriesContext(connection) as asked:
        page = admin.get(f"/admin/{path}")
    assert page.status_code == 200
    assert "result_list" in page.content.decode()
    queries = [query["sql"] for query in asked.captured_queries]
    assert len(queries) <= MOST_QUERIES, "\n".join(queries)
    assert not [sql for sql in queries if "DISTINCT" in sql and "JOIN" in sql]
