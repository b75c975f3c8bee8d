"""The relay as a process of its own: it stops when it is told to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from notices.models import Notice
from tests.patience import PATIENCE


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_relay_delivers_until_it_is_stopped(told, stop):
    told()
    database = connection.settings_dict
    if connection.vendor == "postgresql":
        url = (
            f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}"
            f"/{database['NAME']}"
        )
    else:
        url = f"sqlite:///{database['NAME']}"
    relay = subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", "relay", "--every", "0.05"],
        cwd=Path(settings.ROOT), stdout=subprocess.PIPE, text=True,
        env=os.environ | {"DATABASE_URL": url, "FIELD_KEYS": ",".join(settings.FIELD_KEYS)},
    )  # fmt: skip
    try:
        # The demonstration's sender writes a line for each.
        line = next(line for line in relay.stdout if "would send" in line)
        relay.send_signal(stop)
        rest, _ = relay.communicate(timeout=PATIENCE)
    finally:
        relay.kill()
        relay.wait()

    assert "138****5678" in line
    assert relay.returncode == 0
    assert rest.endswith("Sent 1, put off 0, given up 0.\n")
    assert Notice.objects.get().state == "sent"
