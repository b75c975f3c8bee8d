import pytest
from django.test import Client
from django.utils import timezone

from people import audit, tokens
from people.admin_rights import may_enter
from people.models import ApiToken, AuditEntry, Post, SignedIn, User
from people.roles import Role
from tests.people.conftest import MONDAY, PASSWORD

pytestmark = pytest.mark.django_db


def admin_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def inline(post: Post | None = None, **values) -> dict:
    """The posts' part of an account's form: the one that is there, and perhaps a new one."""
    rows = [row for row in (post and {"id": post.pk, "role": post.role, "area": post.area_id,
                                      "full_time": "on"}, values) if row]  # fmt: skip
    form = {
        "posts-TOTAL_FORMS": len(rows),
        "posts-INITIAL_FORMS": 1 if post else 0,
        "posts-MIN_NUM_FORMS": 0,
        "posts-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(rows):
        form |= {f"posts-{number}-{name}": value for name, value in row.items()}
    return form


def account(user: User, **changes) -> dict:
    return {
        "username": user.username, "full_name": user.full_name, "email": "",
        "language": user.language, "is_active": "on", "new_phone": "",
    } | changes  # fmt: skip


def test_only_the_three_administrators_enter(sysadmin, secadmin, auditor, worker, client):
    told = {u.username: may_enter(u) for u in (sysadmin, secadmin, auditor, worker)}
    assert told == {"sysadmin": True, "secadmin": True, "auditor": True, "worker": False}

    pages = [admin_of(u).get("/admin/").status_code for u in (sysadmin, worker)]
    assert pages == [200, 302]
    asked = client.get("/admin/", follow=True).redirect_chain
    assert asked == [("/admin/login/?next=/admin/", 302), ("/signin/?next=/admin/", 302)]
    # Signed in without the right: not asked to sign in again and again.
    assert admin_of(worker).get("/admin/login/").status_code == 403


def test_djangos_own_flags_open_nothing(worker):
    worker.is_staff = worker.is_superuser = True
    worker.save()

    assert admin_of(worker).get("/admin/people/user/").status_code != 200


@pytest.mark.parametrize(
    ("address", "sees"),
    [
        ("people/user/", {"sysadmin", "secadmin"}),
        ("people/user/add/", {"sysadmin"}),
        ("people/post/", {"sysadmin", "secadmin"}),
        ("people/post/add/", {"secadmin"}),
        ("people/auditentry/", {"auditor"}),
        ("people/apitoken/", {"sysadmin"}),
        ("notices/notice/", {"sysadmin"}),
        ("auth/group/", set()),
        ("axes/accessattempt/", set()),
    ],
)
def test_each_administrator_sees_their_own_work(sysadmin, secadmin, auditor, address, sees):
    opened = {
        user.username
        for user in (sysadmin, secadmin, auditor)
        if admin_of(user).get(f"/admin/{address}").status_code == 200
    }

    assert opened == sees


def test_the_system_administrator_makes_accounts_and_gives_no_posts(sysadmin, village):
    client = admin_of(sysadmin)
    client.post(
        "/admin/people/user/add/",
        {"username": "new", "full_name": "New One", "language": "zh-hans",
         "usable_password": "true", "password1": "Bronze-Gate-3", "password2": "Bronze-Gate-3"},
    )  # fmt: skip
    new = User.objects.get(username="new")

    client.post(
        f"/admin/people/user/{new.pk}/change/",
        account(new, full_name="Newer", new_phone="13812345678")
        | inline(role="duty_officer", area=village.pk),
    )

    new.refresh_from_db()
    assert (new.full_name, new.phone, new.posts.count()) == ("Newer", "13812345678", 0)
    assert client.get("/admin/people/post/add/").status_code == 403
    actions = AuditEntry.objects.order_by("pk").values_list("action", "subject", "data")
    assert list(actions) == [
        ("account_made", f"user:{new.pk}", {}),
        ("account_changed", f"user:{new.pk}", {"fields": ["full_name", "new_phone"]}),
    ]


def test_a_weak_first_password_is_refused(sysadmin):
    admin_of(sysadmin).post(
        "/admin/people/user/add/",
        {"username": "new", "full_name": "", "language": "en", "usable_password": "true",
         "password1": "password", "password2": "password"},
    )  # fmt: skip

    assert not User.objects.filter(username="new").exists()


def test_the_security_administrator_gives_posts_and_changes_nothing_else(secadmin, worker, village):
    admin_of(secadmin).post(
        f"/admin/people/user/{worker.pk}/change/",
        account(worker, full_name="Renamed", new_phone="1")
        | inline(worker.posts.get(), role="grid_leader", area=village.pk, full_time="on"),
    )

    worker.refresh_from_db()
    assert (worker.full_name, worker.phone) == ("Worker", "")
    assert sorted(post.role for post in worker.posts.all()) == ["grid_leader", "grid_worker"]
    assert AuditEntry.objects.get(action="post_given").actor == secadmin


def test_nobody_gives_a_post_to_themself_by_either_form(secadmin, village):
    client = admin_of(secadmin)
    new = {"role": "duty_officer", "area": village.pk, "full_time": "on"}

    by_list = client.post("/admin/people/post/add/", new | {"user": secadmin.pk})
    by_account = client.post(
        f"/admin/people/user/{secadmin.pk}/change/",
        account(secadmin) | inline(secadmin.posts.get(), **new),
    )

    for response in (by_list, by_account):
        assert response.status_code == 200
        assert "Nobody may give a post to themself" in response.text
    assert secadmin.posts.count() == 1


def test_a_post_needs_either_an_area_or_a_unit(secadmin, worker):
    response = admin_of(secadmin).post(
        "/admin/people/post/add/", {"user": worker.pk, "role": "handler", "full_time": "on"}
    )

    assert "Choose either an area or a unit." in response.text


def test_taking_a_post_is_on_record(secadmin, worker):
    post = worker.posts.get()
    admin_of(secadmin).post(f"/admin/people/post/{post.pk}/delete/", {"post": "yes"})

    assert not worker.posts.exists()
    assert AuditEntry.objects.get(action="post_taken").subject == f"user:{worker.pk}"


def test_posts_in_force_today_can_be_listed(secadmin, worker):
    today = timezone.localdate()
    worker.posts.update(ends=today - timezone.timedelta(days=1))
    client = admin_of(secadmin)

    def listed(query):
        shown = client.get(f"/admin/people/post/{query}").context["cl"].queryset
        return sorted(post.user.username for post in shown)

    assert listed("?in_force=yes") == ["secadmin"]
    assert listed("?in_force=no") == ["worker"]


def test_who_gives_posts_or_reads_logs_is_out_of_the_configurers_hands(
    sysadmin, secadmin, auditor, worker
):
    client = admin_of(sysadmin)
    new = {"usable_password": "true", "password1": "Bronze-Gate-3", "password2": "Bronze-Gate-3"}
    codes = [
        client.post(f"/admin/people/user/{user.pk}/password/", new).status_code
        for user in (secadmin, auditor, worker)
    ]

    assert codes == [403, 403, 302]
    worker.refresh_from_db()
    assert worker.check_password("Bronze-Gate-3")
    assert AuditEntry.objects.get(action="password_changed").actor == sysadmin


def test_disabling_an_account_ends_its_sessions_and_tokens(sysadmin, worker):
    browser = Client()
    browser.post("/signin/", {"username": "worker", "password": PASSWORD})
    secret = tokens.issue(user=worker, at=timezone.now())

    form = account(worker) | inline(worker.posts.get())
    del form["is_active"]
    admin_of(sysadmin).post(f"/admin/people/user/{worker.pk}/change/", form)

    assert browser.get("/me/").status_code == 302
    assert not SignedIn.objects.filter(user=worker).exists()
    assert tokens.owner(secret, timezone.now()) is None
    assert ApiToken.objects.get().revoked_at is not None


def test_an_account_shows_neither_hash_nor_phone_and_cannot_be_deleted(sysadmin, worker):
    worker.phone = "13812345678"
    worker.save()
    client = admin_of(sysadmin)

    text = client.get(f"/admin/people/user/{worker.pk}/change/").text

    assert "138****5678" in text
    assert "13812345678" not in text
    assert worker.password not in text
    assert "md5$" not in text
    assert client.get(f"/admin/people/user/{worker.pk}/delete/").status_code == 403


def test_sessions_end_and_lock_outs_are_lifted_by_actions(sysadmin, worker):
    browser = Client()
    browser.post("/signin/", {"username": "worker", "password": PASSWORD})
    client = admin_of(sysadmin)

    for action in ("end_their_sessions", "unlock_them"):
        client.post("/admin/people/user/", {"action": action, "_selected_action": [worker.pk]})

    assert browser.get("/me/").status_code == 302
    actions = AuditEntry.objects.order_by("pk").values_list("action", "actor__username")
    assert list(actions) == [
        ("sign_in", "worker"), ("session_ended", "sysadmin"), ("unlocked", "sysadmin"),
    ]  # fmt: skip


def test_the_auditor_reads_and_cannot_change(auditor, worker):
    entry = audit.record(actor=worker, action="sign_in", subject="user:1", at=MONDAY)
    client = admin_of(auditor)
    page = f"/admin/people/auditentry/{entry.pk}/change/"

    assert "Signed in" in client.get(page, headers={"Accept-Language": "en"}).text
    assert client.post(page, {"action": "x"}).status_code == 403
    assert client.get("/admin/people/auditentry/?action=sign_in&q=worker").status_code == 200
    assert client.get("/admin/people/auditentry/add/").status_code == 403
    assert client.get(f"/admin/people/auditentry/{entry.pk}/delete/").status_code == 403


def test_the_system_administrator_revokes_tokens(sysadmin, worker):
    tokens.issue(user=worker, at=timezone.now())
    token = ApiToken.objects.get()
    client = admin_of(sysadmin)

    assert token.digest not in client.get(f"/admin/people/apitoken/{token.pk}/change/").text
    client.post("/admin/people/apitoken/", {"action": "revoke", "_selected_action": [token.pk]})

    token.refresh_from_db()
    assert token.revoked_at is not None


@pytest.mark.parametrize("address", ["people/user/", "people/post/", "people/auditentry/"])
def test_lists_ask_the_database_equally_often_for_one_and_for_many(
    request, address, village, clock_stands
):
    person = request.getfixturevalue("person")
    reader = person("reader", Role.AUDITOR if "audit" in address else Role.SECURITY_ADMIN)
    client = admin_of(reader)

    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/admin/{address}").status_code == 200
        return len(asked)

    queries()
    one = queries()
    for n in range(10):
        user = person(f"user{n}", Role.GRID_WORKER)
        audit.record(actor=user, action="sign_in", subject=f"user:{n}", at=MONDAY)
    assert queries() == one


def test_the_security_administrator_finds_people_areas_and_units_by_typing(
    secadmin, auditor, office
):
    def ask(user, field: str, text: str):
        return admin_of(user).get(
            "/admin/autocomplete/",
            {"app_label": "people", "model_name": "post", "field_name": field, "term": text},
        )

    found = {
        field: [row["text"] for row in ask(secadmin, field, text).json()["results"]]
        for field, text in [("user", "audit"), ("area", "Ash"), ("unit", "Roads")]
    }
    assert found == {
        "user": ["Auditor (auditor)"],
        "area": ["Ash (990001001001)"],
        "unit": ["Roads (ROADS)"],
    }
    assert ask(auditor, "user", "audit").status_code == 403


def test_a_post_does_not_wander_to_another_person(secadmin, sysadmin, worker):
    post = worker.posts.get()
    admin_of(secadmin).post(
        f"/admin/people/post/{post.pk}/change/",
        {"user": sysadmin.pk, "role": "grid_leader", "area": post.area_id, "full_time": "on"},
    )

    post.refresh_from_db()
    assert (post.user, post.role) == (worker, "grid_leader")


@pytest.mark.parametrize("sent", ["NaN", "路灯", "9" * 400, "\x00"])
def test_what_is_no_key_is_refused_in_words_and_the_form_comes_back(secadmin, worker, sent):
    post = worker.posts.get()

    answer = admin_of(secadmin).post(
        f"/admin/people/post/{post.pk}/change/", {"role": "grid_leader", "area": sent}
    )

    assert answer.status_code == 200
    assert "area" in answer.context["adminform"].form.errors
