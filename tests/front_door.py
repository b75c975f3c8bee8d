"""Reports sent by the front door of a stack, as residents' pages and programs do."""

import io
import time
import uuid
from typing import Protocol

import requests
from PIL import Image

from tests.patience import PATIENCE

SECURE = {"X-Forwarded-Proto": "https", "Accept-Language": "en"}


class HasPort(Protocol):
    """A stack that answers on a port of this machine."""

    port: int


def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 120, 40)).save(file, "JPEG")
    return file.getvalue()


def report(stack: HasPort, key: str, **more: str) -> requests.Response:
    body = {"key": key, "text": "下水道堵了", "area": "990101001001", "event_type": "0104"}
    return requests.post(
        f"http://127.0.0.1:{stack.port}/api/v1/reports/",
        json=body | more,
        headers={"Accept-Language": "en"},
        timeout=PATIENCE,
    )


def report_with_photo(stack: HasPort, *, request_id: str = "") -> requests.Response:
    """Report by the front door, with a photo and a telephone number."""
    return requests.post(
        f"http://127.0.0.1:{stack.port}/api/v1/reports/",
        data={
            "key": str(uuid.uuid4()), "text": "柳桥边上的井盖不见了", "area": "990101001001001",
            "event_type": "0101", "contact_phone": "13812345678",
        },
        files=[("photos", ("cover.jpg", photo(), "image/jpeg"))],
        headers=SECURE | {"X-Request-ID": request_id},
        timeout=PATIENCE,
    )  # fmt: skip


def insisting(stack: HasPort, key: str) -> requests.Response:
    """Report as our own page and the API's contract do: not answered, the same key goes again.

    A connection that waits in the old server's queue when that stops is closed unanswered.
    """
    for _ in range(3):
        try:
            return report(stack, key)
        except requests.ConnectionError:
            time.sleep(0.2)
    return report(stack, key)
