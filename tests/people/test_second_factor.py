"""The second factor: asked for after the password, set up where it must be, each code once."""

import base64
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_otp.oath import hotp

from people import second_factor
from people.models import AuditEntry, BackupCode, SecondFactor, User
from people.roles import Role
from tests.people.conftest import MONDAY, PASSWORD

pytestmark = pytest.mark.django_db
HALF_A_MINUTE = timedelta(seconds=30)


def shown(user: User, at=None, steps: int = 0) -> str:
    """What the person's app shows."""
    factor = SecondFactor.objects.get(user=user)
    step = int((at or timezone.now()).timestamp()) // second_factor.STEP + steps
    return str(hotp(base64.b32decode(factor.secret), step)).zfill(6)


def set_up(user: User, at=None) -> list[str]:
    second_factor.begun(user, anew=True)
    at = at or timezone.now() - timedelta(minutes=5)
    return second_factor.confirm(user=user, code=shown(user, at), at=at)


def sign_in(client: Client, user: User, **more):
    form = {"username": user.username, "password": PASSWORD, **more}
    return client.post("/signin/", form)


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


def test_without_one_and_without_the_rule_the_password_is_enough(client, worker):
    assert sign_in(client, worker).status_code == 302
    assert client.get("/me/").status_code == 200


def test_after_the_password_the_code_is_asked_for(client, worker):
    set_up(worker)

    answer = sign_in(client, worker, next="/inbox/")

    assert answer.url == "/signin/code/?next=%2Finbox%2F"
    assert client.get("/me/").status_code == 302, "the password alone opens nothing"
    answer = client.post("/signin/code/", {"code": shown(worker), "next": "/inbox/"})
    assert answer.url == "/inbox/"
    assert client.get("/me/").status_code == 200


def test_where_the_rule_holds_it_is_set_up_before_the_work(client, worker, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, worker)
    assert client.get("/signin/code/").url == "/signin/second-factor/"
    page = client.get("/signin/second-factor/").text
    assert SecondFactor.objects.get(user=worker).secret in page
    assert client.get("/me/").status_code == 302

    wrong = client.post("/signin/second-factor/", {"code": "000000"})
    done = client.post("/signin/second-factor/", {"code": shown(worker)})

    assert "This code is not right" in wrong.text
    assert done.text.count("<li><code>") == 10
    assert client.get("/me/").status_code == 200
    assert AuditEntry.objects.filter(action="factor_set").count() == 1


def test_demonstration_accounts_sign_in_with_the_password_alone(client, worker, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    User.objects.filter(pk=worker.pk).update(is_demonstration=True)

    sign_in(client, worker)

    assert client.get("/me/").status_code == 200


def test_the_administration_wants_it_too(client, sysadmin, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, sysadmin, next="/admin/")

    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/signin/")


def test_without_a_password_there_is_nothing_to_complete(client, worker):
    assert client.get("/signin/code/").url == "/signin/"
    assert client.get("/signin/second-factor/").url == "/signin/"


def test_a_secret_shown_before_is_not_the_one_that_counts(client, worker):
    client.force_login(worker)
    client.get("/signin/second-factor/")
    before = SecondFactor.objects.get().secret
    client.get("/signin/second-factor/")

    assert SecondFactor.objects.get().secret != before


def test_no_code_opens_twice(worker):
    set_up(worker, at=MONDAY)
    later = MONDAY + timedelta(minutes=5)
    second_factor.check(user=worker, code=shown(worker, later), at=later)

    with pytest.raises(second_factor.WrongCode):
        second_factor.check(user=worker, code=shown(worker, later), at=later)


@pytest.mark.parametrize(
    ("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_phones_clock_may_be_half_a_minute_off(worker, steps, opens):
    set_up(worker, at=MONDAY - timedelta(hours=1))
    code = shown(worker, MONDAY, steps)

    if opens:
        second_factor.check(user=worker, code=code, at=MONDAY)
    else:
        with pytest.raises(second_factor.WrongCode):
            second_factor.check(user=worker, code=code, at=MONDAY)


def test_a_code_on_paper_opens_once_and_is_kept_only_as_a_hash(worker):
    codes = set_up(worker, at=MONDAY)

    second_factor.check(user=worker, code=codes[3].upper(), at=MONDAY)

    with pytest.raises(second_factor.WrongCode):
        second_factor.check(user=worker, code=codes[3], at=MONDAY)
    kept = BackupCode.objects.values_list("digest", flat=True)
    assert len(kept) == 9
    assert not set(codes) & set(kept)


def test_guessing_is_slow(worker):
    set_up(worker, at=MONDAY)
    for _n in range(5):
        with pytest.raises(second_factor.WrongCode, match="not right|不对"):
            second_factor.check(user=worker, code="000000", at=MONDAY)

    with pytest.raises(second_factor.WrongCode, match="too many|太多|次数"):
        second_factor.check(user=worker, code=shown(worker, MONDAY), at=MONDAY)


def test_a_lost_phone_is_answered_from_the_servers_shell(client, worker, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    set_up(worker)
    call_command("forget_factor", "worker")

    sign_in(client, worker)

    assert not BackupCode.objects.exists()
    assert client.get("/signin/second-factor/").status_code == 200


def test_an_api_token_wants_it_when_it_is_issued(client, worker):
    set_up(worker)
    form = {"username": "worker", "password": PASSWORD}

    without = client.post("/api/v1/token/", form)
    with_it = client.post("/api/v1/token/", form | {"code": shown(worker)})

    assert (without.status_code, without.json()["code"]) == (401, "second_factor")
    assert with_it.status_code == 200


def test_the_secret_is_not_readable_in_the_database(worker):
    from django.db import connection

    set_up(worker)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM people_secondfactor")
        assert cursor.fetchone()[0] != SecondFactor.objects.get().secret


# --- Proving again --------------------------------------------------------------------------------


@pytest.fixture
def stale(client, secadmin):
    """The security administrator, signed in a quarter of an hour ago."""
    client.force_login(secadmin)
    session = client.session
    session["signed_in_at"] = session["seen_at"] = int(timezone.now().timestamp()) - 900
    session.save()
    return client


def post_of(worker, village) -> dict:
    return {
        "user": worker.pk, "role": Role.GRID_LEADER, "area": village.pk, "unit": "",
        "full_time": "on", "starts": "", "ends": "",
    }  # fmt: skip


def test_giving_a_post_asks_for_the_password_and_keeps_what_was_typed(stale, worker, village):
    asked = stale.post("/admin/people/post/add/", post_of(worker, village))

    assert "Is it still you?" in asked.text
    assert f'name="role" value="{Role.GRID_LEADER}"' in asked.text
    assert worker.posts.count() == 1

    wrong = stale.post("/admin/people/post/add/", post_of(worker, village) | {"proof": "no"})
    assert (wrong.status_code, worker.posts.count()) == (422, 1)
    assert f'name="role" value="{Role.GRID_LEADER}"' in wrong.text
    assert 'value="no"' not in wrong.text

    given = stale.post("/admin/people/post/add/", post_of(worker, village) | {"proof": PASSWORD})
    assert (given.status_code, worker.posts.count()) == (302, 2)
    assert AuditEntry.objects.filter(action="proved").count() == 1


def test_a_proof_holds_for_ten_minutes(stale, worker, village):
    stale.post("/signin/again/", {"proof": PASSWORD, "next": "/me/"})

    given = stale.post("/admin/people/post/add/", post_of(worker, village))

    assert (given.status_code, worker.posts.count()) == (302, 2)


def test_who_has_just_signed_in_is_not_asked(client, secadmin, worker, village):
    sign_in(client, secadmin)

    assert client.post("/admin/people/post/add/", post_of(worker, village)).status_code == 302


def test_a_code_from_the_phone_proves_it_too(stale, secadmin):
    set_up(secadmin)

    assert stale.post("/signin/again/", {"proof": shown(secadmin), "next": "/me/"}).url == "/me/"


@pytest.mark.parametrize("what", ["import", "export"])
def test_a_table_is_not_even_begun_without_a_proof(stale, what):
    address = f"/admin/people/post/{what}/"

    assert "Is it still you?" in stale.get(address).text

    proved = stale.post("/signin/again/", {"proof": PASSWORD, "next": address})
    assert proved.url == address
    assert "Is it still you?" not in stale.get(address).text


def test_an_export_that_was_asked_for_keeps_its_choices_through_the_question(stale):
    chosen = {"format": "0", "resource": "", "export_items": ["1", "2"]}

    asked = stale.post("/admin/people/post/export/", chosen)

    assert "Is it still you?" in asked.text
    assert 'name="format" value="0"' in asked.text
    assert asked.text.count('name="export_items"') == 2
    given = stale.post("/admin/people/post/export/", chosen | {"proof": PASSWORD})
    assert "Is it still you?" not in given.text


def test_guessing_the_password_again_is_slow(stale, clock_stands):
    for _n in range(5):
        stale.post("/signin/again/", {"proof": "no"})

    assert "too many tries" in stale.post("/signin/again/", {"proof": PASSWORD}).text


def test_a_proof_leads_to_no_other_site(stale):
    answer = stale.post("/signin/again/", {"proof": PASSWORD, "next": "https://evil.example/"})

    assert answer.url == "/me/"
