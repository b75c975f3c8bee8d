from datetime import date

import pytest
from django.core.management import CommandError, call_command

from people import posts
from people.models import AuditEntry, Post, SignedIn, User
from people.roles import Role
from tests.people.conftest import MONDAY

pytestmark = pytest.mark.django_db


def test_a_post_is_given_on_record_and_the_person_signs_in_anew(worker, secadmin, office):
    SignedIn.objects.create(
        user=worker, session_key="k", signed_in_at=MONDAY, seen_at=MONDAY, address=None
    )

    post = posts.save(
        post=Post(user=worker, role=Role.HANDLER, unit=office, starts=date(2026, 3, 1)),
        by=secadmin, at=MONDAY,
    )  # fmt: skip

    assert not SignedIn.objects.exists()
    entries = AuditEntry.objects.order_by("pk").values_list(
        "actor", "action", "subject", "area_code", "data"
    )
    subject = f"user:{worker.pk}"
    assert list(entries) == [
        (secadmin.pk, "post_given", subject, "990001001001",
         {"post": post.pk, "role": "handler", "area": "", "unit": "ROADS",
          "from": "2026-03-01", "to": ""}),
        (secadmin.pk, "session_ended", subject, "", {"sessions": 1}),
    ]  # fmt: skip


def test_a_post_is_changed_and_taken_on_record(worker, secadmin):
    post = worker.posts.get()
    post.ends = date(2026, 3, 31)
    posts.save(post=post, by=secadmin, at=MONDAY)
    posts.take(post=post, by=secadmin, at=MONDAY)

    actions = AuditEntry.objects.order_by("pk").values_list("action", "data__to")
    assert list(actions) == [("post_changed", "2026-03-31"), ("post_taken", "2026-03-31")]
    assert not worker.posts.exists()


def test_nobody_gives_a_post_to_themself(secadmin, village):
    with pytest.raises(posts.PostRefused, match="themself|自己"):
        posts.save(
            post=Post(user=secadmin, role=Role.DUTY_OFFICER, area=village), by=secadmin, at=MONDAY
        )

    assert secadmin.posts.count() == 1


@pytest.mark.parametrize("other", [Role.SECURITY_ADMIN, Role.AUDITOR])
def test_the_three_administrators_stay_three_people(sysadmin, village, other):
    with pytest.raises(posts.PostRefused):
        posts.save(post=Post(user=sysadmin, role=other, area=village), by=None, at=MONDAY)


def test_who_was_an_administrator_may_become_another(sysadmin, village):
    sysadmin.posts.update(ends=date(2026, 3, 1))

    posts.save(post=Post(user=sysadmin, role=Role.AUDITOR, area=village), by=None, at=MONDAY)

    assert sysadmin.posts.count() == 2


def test_the_first_administrator_is_appointed_from_the_shell(person, village, capsys):
    first = person("first")

    call_command("appoint", "first", "security_admin", village.code)
    call_command("appoint", "first", "security_admin", village.code)

    assert [post.role for post in first.posts.all()] == ["security_admin"]
    assert AuditEntry.objects.get().action == "post_given"
    assert "already" in capsys.readouterr().out


def test_the_shell_says_what_is_missing(person, village):
    person("first")
    for arguments, sentence in [
        (("nobody", "auditor", village.code), "no account"),
        (("first", "auditor", "1"), "no area"),
    ]:
        with pytest.raises(CommandError, match=sentence):
            call_command("appoint", *arguments)
    call_command("appoint", "first", "auditor", village.code)
    with pytest.raises(CommandError):
        call_command("appoint", "first", "system_admin", village.code)
    assert User.objects.get(username="first").posts.count() == 1
