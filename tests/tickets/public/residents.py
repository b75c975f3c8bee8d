"""A resident at the public pages: what they fill in, what they read."""

import io
import re
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.tickets.two_towns import OUTSIDE, REED
from tickets.models import Ticket

LANGUAGES = ["en", "zh-hans"]
OUT = f"This place ({OUTSIDE[0]:.5f}, {OUTSIDE[1]:.5f}) lies outside the district."
RUBBISH = "Somebody dumps rubbish behind the market every night."


def browser(language: str = "en", **options: Any) -> Client:
    client = Client(**options)
    client.cookies["django_language"] = language
    return client


def photo(name: str = "bin.jpg", size: tuple[int, int] = (32, 24)) -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", size, name_colour(name)).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def name_colour(name: str) -> tuple[int, int, int]:
    return (len(name) * 7 % 256, sum(name.encode()) % 256, 90)


def filled(**changes: Any) -> dict[str, Any]:
    """A report as a browser without script sends it, after a look at those alike."""
    form = {
        "key": str(uuid.uuid4()), "looked": "1", "words": RUBBISH, "lat": "", "lng": "",
        "area_code": REED, "event_type": "", "contact_name": "", "contact_phone": "",
    }  # fmt: skip
    return form | changes


def reported(client: Client, **changes: Any) -> Ticket:
    response = client.post("/report/", filled(**changes))
    assert response.status_code == 302, errors_on(response)
    return Ticket.objects.get()


def text_of(response: Any) -> str:
    return response.content.decode()


def errors_on(response: Any) -> list[str]:
    """What the summary on top says, in order."""
    summary = re.search(r'<div class="errors".*?</ul>', text_of(response), re.DOTALL)
    if not summary:
        return []
    items = re.findall(r"<li>(.*?)</li>", summary[0], re.DOTALL)
    return [re.sub(r"<[^>]+>", "", item).replace("&quot;", '"') for item in items]


def hidden(response: Any, name: str) -> str:
    """The value of a hidden field of the page."""
    tag = re.search(rf'<input type="hidden" name="{name}"[^>]*>', text_of(response))
    assert tag, name
    value = re.search(r'value="([^"]*)"', tag[0])
    return value[1] if value else ""


def said(client: Client) -> str:
    """The messages on the page that the last answer led to."""
    found = re.search(r'<ul class="messages".*?</ul>', text_of(client.get("/about/")), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def act(client: Client, ticket: Ticket, what: str, **fields: Any) -> Any:
    form = {"key": str(uuid.uuid4())} | fields
    return client.post(f"/track/{ticket.code}/{what}/", form)
