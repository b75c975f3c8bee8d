"""Who opens the pages that are pictured: accounts and reports of the demonstration month."""

import json
from pathlib import Path
from typing import Any

PACK = "packs/tongliang"
_ACCOUNTS = Path(__file__).parent.parent / PACK / "demonstration.json"


class Audience:
    """Who opens the pages: real accounts and reports of the demonstration month."""

    def __init__(self) -> None:
        from django.utils import timezone

        from people.models import SecondFactor, User
        from tickets.models import Request, Ticket

        self.hung: list[int] = []
        self.users = {user.username: user for user in User.objects.filter(username__in=names())}
        department = self.users["department"]
        theirs = Ticket.objects.visible_to(department).filter(handler__in=units_of(department))
        # There is something to see and something to do.
        states = ("dispatched", "signed", "handling")
        at_work = [theirs.filter(state=state).order_by("resolve_by").first() for state in states]
        self.ticket = next(filter(None, at_work), None) or theirs.first()
        answered = Ticket.objects.filter(state="feedback", restricted=False).order_by("-pk")
        self.answered = answered.first()
        # A contact is shown only in the very centre that decides.
        ours = Ticket.objects.filter(centre__in=units_of(self.users["district"]))
        self.called = ours.exclude(contact=None).order_by("-pk").first() or self.ticket
        asked = Request.objects.filter(state="open").order_by("-pk").first()
        self.things: dict[str, Any] = {
            "number": self.ticket.number,
            "code": self.answered.code,
            "reachable": self.called.number,
            "request": asked.pk if asked else 0,
            "wall_link": self.hang(),
        }
        self.device = self.opened()
        # Whose code is asked for: a page that shows the second factor needs somebody who has one.
        self.factor = SecondFactor(
            user=self.users["secadmin"], secret="A" * 32, confirmed_at=timezone.now()
        )
        self.factor.save()

    def hang(self) -> str:
        """Hang a wall for the town of the demonstration; return the secret of its link."""
        from django.utils import timezone

        from people import devices

        area = self.users["town"].posts.get().unit.area
        device, link = devices.make(
            name="screenshots", area_id=area.pk, area_code=area.code, visitor=False,
            by=self.users["sysadmin"], at=timezone.now(),
        )  # fmt: skip
        self.hung.append(device.pk)
        return link

    def take_down(self) -> None:
        """Close the walls that were hung for the pictures, forget the second factors."""
        from django.utils import timezone

        from people import devices
        from people.models import SecondFactor

        for pk in self.hung:
            devices.revoke(device_id=pk, by=self.users["sysadmin"], at=timezone.now())
        SecondFactor.objects.filter(user__in=self.users.values()).delete()

    def opened(self) -> str:
        from django.utils import timezone

        from people import devices

        return devices.open_link(secret=self.hang(), at=timezone.now())

    def cookies(self, who: str, language: str) -> dict[str, str]:
        """Return the cookies of somebody who reads this language."""
        from django.conf import settings
        from django.test import Client
        from django.utils import timezone

        from tickets.models import Ticket

        client = Client()
        if who in self.users:
            user = self.users[who]
            user.language = language
            user.save(update_fields=["language"])
            client.force_login(user)
        session = client.session
        session["receipts"] = session["followed"] = [self.answered.pk]
        session["done"] = self.answered.code
        if who == "halfway":
            now = int(timezone.now().timestamp())
            session["waiting_for_code"] = [self.users["secadmin"].pk, now]
        if who in self.users and (last := Ticket.objects.filter(entered_by=self.users[who]).last()):
            session["reported_on_behalf"] = last.pk
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        if who == "anonymous":
            client.cookies.clear()
        if who == "device":
            client.cookies[settings.WALL_DEVICE_COOKIE] = self.device
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return {name: morsel.value for name, morsel in client.cookies.items()}


def names() -> set[str]:
    told = json.loads(_ACCOUNTS.read_text(encoding="utf-8"))
    return {account["username"] for account in told["accounts"]}


def units_of(user: Any) -> list[int]:
    return [post.unit_id for post in user.posts.all() if post.unit_id]
