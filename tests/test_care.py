"""The administration's first page: what needs care, and a list behind each line that mends it."""

import re
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from grids.models import Area, Unit
from notices.models import Notice
from people.models import AuditEntry, Post, User
from people.roles import Role
from tests.land import WILLOW_BRIDGE
from tests.test_ways import browser_of
from tickets.models import CalendarYear, EventType
from tonglianggov.care import cares_for


def seen_by(user: User) -> dict[str, int | str]:
    """Return {sentence: count} as this person's dashboard shows it, each line's list opened."""
    client, user = browser_of(user), User.objects.get(pk=user.pk)
    answer = client.get("/admin/")
    cares = answer.context["cares"]
    assert {care.url: client.get(care.url).status_code for care in cares} == {
        care.url: 200 for care in cares
    }
    assert answer.text.count("care-now") + answer.text.count("care-soon") >= len(cares)
    return {str(care.words): care.count for care in cares}


def listed(user: User, url: str) -> int:
    return browser_of(user).get(url).context["cl"].result_count


def test_the_system_administrator_sees_what_is_missing_and_what_fails(cast):
    now, willow = timezone.localtime(), Area.objects.get(code=WILLOW_BRIDGE)
    Post.objects.filter(unit__area=willow).delete()
    Unit.objects.filter(area=willow).exclude(tier="").update(valid_to=now.date())
    EventType.objects.filter(code="0102").update(sign_limit="")
    CalendarYear.objects.filter(year=now.year).delete()
    Notice.objects.create(
        happening="x", reader="ticket:1", channel="sms", template="overdue", posted_at=now,
        due_at=now - timedelta(hours=1), state="failed",
    )  # fmt: skip

    found = seen_by(cast.sysadmin)

    assert found["Areas have no command centre."] >= 1
    assert found["Types in use have no limit."] == 1
    assert found["Notices were given up: a sender fails."] == 1
    assert "The holidays of this year are not entered: deadlines are provisional." in found
    assert listed(cast.sysadmin, "/admin/tickets/eventtype/?limits=none") == 1
    assert (
        listed(cast.sysadmin, "/admin/grids/area/?lacks=centre")
        == found["Areas have no command centre."]
    )


def test_the_security_administrator_sees_people_and_posts(cast):
    User.objects.create_user("newcomer")
    cast.town.is_active = False
    cast.town.save()
    Post.objects.filter(user=cast.leader).update(ends=timezone.localdate() + timedelta(days=3))

    found = seen_by(cast.secadmin)

    assert found["People hold no post: they see nothing."] == 1
    assert found["Posts end within 30 days."] == 1
    assert found["Posts belong to disabled accounts."] == 1
    assert listed(cast.secadmin, "/admin/people/post/?in_force=soon") == 1
    assert listed(cast.secadmin, "/admin/people/user/?posts=none") == 1


def test_the_auditor_sees_what_was_unusual(cast):
    AuditEntry.objects.create(at=timezone.now(), action="locked_out", subject="user:1")

    assert seen_by(cast.auditor) == {"Lock-outs after failed attempts, 7 days.": 1}


def test_nothing_to_care_for_is_said_in_words(cast):
    assert (
        "Everything that we look after is as it should be."
        in browser_of(cast.auditor).get("/admin/").text
    )


def test_next_years_holidays_are_asked_for_from_november_on(cast):
    user = User.objects.get(pk=cast.sysadmin.pk)
    now = timezone.localtime()
    year = now.year
    CalendarYear.objects.filter(year=year + 1).update(announced=False)

    def asked(month: int) -> set[str]:
        at = now.replace(month=month, day=10)
        with override("en"):
            return {str(c.count) for c in cares_for(user, at=at) if "holidays" in str(c.words)}

    assert str(year + 1) not in asked(10)
    assert str(year + 1) in asked(11)


def test_a_missing_year_leads_to_its_form_and_from_there_to_its_days(cast):
    user, at = User.objects.get(pk=cast.sysadmin.pk), timezone.now()
    year, client = timezone.localtime(at).year, browser_of(cast.sysadmin)
    holidays = "The holidays of this year are not entered: deadlines are provisional."

    def leads_to() -> str:
        with override("en"):
            return next(
                care.url
                for care in cares_for(user, at=at)
                if (care.count, str(care.words)) == (str(year), holidays)
            )

    row, _made = CalendarYear.objects.update_or_create(year=year, defaults={"announced": False})
    assert leads_to() == f"/admin/tickets/calendaryear/{row.pk}/change/"
    row.delete()
    form = client.get(leads_to()).text
    assert f'name="year" value="{year}"' in form
    assert f'href="/admin/tickets/calendarday/?date__year={year}"' in form
    assert client.get("/admin/tickets/calendaryear/add/?year=%22%3E%3Cscript").status_code == 200


def test_the_dashboard_asks_the_database_as_much_for_one_as_for_many(cast, clock_stands):
    client, counts = browser_of(cast.secadmin), []
    village = Area.objects.get(code=WILLOW_BRIDGE)
    for more in (1, 10, 1000):
        users = User.objects.bulk_create(User(username=f"m{more}-{n}") for n in range(more))
        Post.objects.bulk_create(
            Post(user=user, role=Role.LEADER, area=village) for user in users[::2]
        )
        client.get("/admin/")  # what is kept, and that somebody is there
        with CaptureQueriesContext(connection) as asked:
            client.get("/admin/")
        counts.append(len(asked))

    assert counts[0] == counts[1] == counts[2]


def test_the_administrations_pages_have_nothing_inline(cast):
    text = browser_of(cast.sysadmin).get("/admin/").text

    assert re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", text) == []
