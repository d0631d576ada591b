"""Our cookies: three, each with a name that no other site of the domain can take, and none that tells."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as site

from tests.support import scene, walking
from tests.test_site_map import ROWS, path_of

READ = """
import json
from mutualaid import settings as s
print(json.dumps([
    [getattr(s, f"{kind}_COOKIE_{part}", None) for part in ("NAME", "SECURE", "HTTPONLY", "DOMAIN", "PATH")]
    for kind in ("SESSION", "CSRF", "LANGUAGE")
]))
"""


def test_under_https_each_is_bound_to_this_host(tmp_path: Any):
    done = subprocess.run(
        [sys.executable, "-c", READ],
        cwd=site.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(tmp_path), "SITE_URL": "https://help.example.org"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert [name for name, *_rest in found] == ["__Host-session", "__Host-csrf", "__Host-language"]
    for _name, secure, http_only, domain, path in found:
        assert secure
        assert http_only in (True, None), "that of the session by default"
        assert domain is None
        assert path in (None, "/")


@pytest.mark.slow
@pytest.mark.one_database
def test_no_page_sets_another_and_none_says_what_it_is_about(here: scene.Scene, settings: Any):
    """A name without the prefix in our settings would be found here, under the names that it has at home."""
    known = {
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.LANGUAGE_COOKIE_NAME,
    }
    code = here.claim.need.code
    for route in ROWS:
        for who, client in walking.clients(here).items():
            for method in ("get", "post"):
                answer = getattr(client, method)(path_of(route, here))
                assert set(answer.cookies) <= known, (route, who)
                for morsel in answer.cookies.values():
                    assert code not in morsel.value
                    assert (morsel["path"], morsel["domain"]) == ("/", "")
                    is_kept = morsel["max-age"] not in ("", 0)
                    assert not is_kept or who != "nobody", (
                        "without a sign-in none outlives the browser"
                    )
