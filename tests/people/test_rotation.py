"""A new key for personal fields: everything is encrypted anew, and may be broken off."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from people import rotation
from people.fields import CannotRead
from people.models import User

pytestmark = pytest.mark.django_db
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def people(settings):
    settings.FIELD_KEYS = [OLD]
    made = [User.objects.create_user(f"p{n}", phone=f"1381234567{n}") for n in range(5)]
    User.objects.create_user("without")
    settings.FIELD_KEYS = [NEW, OLD]
    return made


def users() -> rotation.Rotated:
    return next(done for done in rotation.rotate() if done.table == "people_user")


def test_after_rotating_the_old_key_may_go(people, settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)

    assert users() == rotation.Rotated("people_user", "phone", 5, 0)

    settings.FIELD_KEYS = [NEW]
    shown = dict(User.objects.values_list("username", "phone"))
    assert shown == {f"p{n}": f"1381234567{n}" for n in range(5)} | {"without": ""}


def test_it_may_be_broken_off_and_started_again(people, settings):
    settings.FIELD_KEYS = [NEW, OLD]
    people[0].save()

    assert users().anew == 4
    assert users().anew == 0


def test_a_value_that_no_key_reads_is_counted_and_left(people, settings):
    settings.FIELD_KEYS = [NEW]

    with pytest.raises(CommandError, match="5 values cannot be read"):
        call_command("rotate_keys")

    with pytest.raises(CannotRead):
        list(User.objects.values_list("phone"))
    settings.FIELD_KEYS = [OLD]
    assert User.objects.get(username="p1").phone == "13812345671"


def test_every_encrypted_column_is_met(people):
    met = {(done.table, done.column) for done in rotation.rotate()}

    assert met >= {
        ("people_user", "phone"), ("people_secondfactor", "secret"), ("tickets_contact", "phone"),
    }  # fmt: skip
