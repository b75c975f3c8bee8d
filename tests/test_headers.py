"""Headers where no door leads: files, addresses that are none, and the way to TLS.

Of every door test_doors.py asks the same.
"""

import pytest

from tests import strict
from tonglianggov import headers


@pytest.fixture(autouse=True)
def _as_in_production(settings):
    for name, value in strict.IN_PRODUCTION.items():
        setattr(settings, name, value)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/no/such/page", "/static/no-such-script.js"])
def test_a_page_that_is_not_there_is_strict(path, client):
    assert strict.faults(client.get(path, secure=True), name="", signed_in=False) == []


@pytest.mark.django_db
def test_a_file_is_strict_and_is_kept(client):
    answer = client.get("/static/icons/favicon.svg", secure=True)
    b"".join(answer)
    answer.close()

    assert answer.status_code == 200
    assert strict.is_strict(answer.headers["Content-Security-Policy"])
    assert answer.headers["Cache-Control"].startswith("max-age=")
    said = {name: answer.headers.get(name) for name in strict.ALWAYS}
    # What stands in no frame says so in its policy.
    assert said == strict.ALWAYS | {"X-Frame-Options": None}


@pytest.mark.django_db
def test_without_tls_one_is_led_to_it(client):
    answer = client.get("/help/")

    assert (answer.status_code, answer.headers["Location"]) == (301, "https://testserver/help/")


def test_in_production_cookies_belong_to_this_host_alone():
    named = [headers.IN_PRODUCTION[f"{which}_COOKIE_NAME"] for which in ("SESSION", "CSRF")]

    assert all(name.startswith("__Host-") for name in named)
