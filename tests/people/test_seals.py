"""Seals: everything recorded is sealed once, and whatever was changed afterwards is named."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from people import append_only, audit
from people.models import AuditEntry, Seal, Statement
from people.seals import merkle, proofs, receipt, sealing, statements, verifying
from tests.people.conftest import MONDAY

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _only_the_audit_log(settings):
    settings.SEALED = ("people.AuditEntry",)


def happen(count: int = 1) -> list[int]:
    return [
        audit.record(
            actor=None, action="looked", subject=f"thing:{n}", at=MONDAY, data={"n": n, "of": 0.5}
        ).pk
        for n in range(count)
    ]


def seal(after: timedelta = timedelta()) -> int:
    return sealing.seal(at=MONDAY + after)


def behind_our_back(change: str, *values) -> None:
    """Do what somebody with the database's own password could do."""
    with append_only.lifted(connection), connection.cursor() as cursor:
        cursor.execute(change, values)


def first_fault() -> str:
    return str(next(verifying.faults(), "none"))


def test_what_was_recorded_is_sealed_once():
    ids = happen(3)

    assert [seal(), seal(MINUTE)] == [3, 0]
    more = happen(2)
    assert seal(2 * MINUTE) == 2

    first, second = Seal.objects.order_by("number")
    assert (sealing.content_of(first).ids, sealing.content_of(second).ids) == (ids, more)
    assert (first.previous, second.previous) == ("", first.hash)
    assert list(verifying.faults()) == []


def test_a_large_backlog_makes_several_seals(monkeypatch):
    monkeypatch.setattr(sealing, "MOST_ROWS", 4)
    monkeypatch.setattr(sealing, "MOST_A_RUN", 10)
    happen(13)

    assert [seal(), seal(MINUTE), seal(2 * MINUTE)] == [10, 3, 0]
    assert Seal.objects.count() == 4
    assert list(verifying.faults()) == []


def test_a_row_that_is_committed_late_is_still_sealed():
    """It drew its id before others that were committed, and sealed, first."""
    ids = happen(3)
    late = AuditEntry.objects.get(pk=ids[1])
    behind_our_back("DELETE FROM people_auditentry WHERE id = %s", late.pk)
    assert seal() == 2

    late.save(force_insert=True)

    assert seal(59 * MINUTE) == 1
    assert list(verifying.faults()) == []


def test_after_a_long_pause_of_the_worker_a_late_row_is_still_sealed():
    ids = happen(3)
    late = AuditEntry.objects.get(pk=ids[1])
    behind_our_back("DELETE FROM people_auditentry WHERE id = %s", late.pk)
    seal()
    late.save(force_insert=True)

    assert seal(8 * HOUR) == 1


def test_a_row_slipped_in_long_after_is_named():
    ids = happen(2)
    forged = AuditEntry.objects.get(pk=ids[0])
    behind_our_back("DELETE FROM people_auditentry WHERE id = %s", forged.pk)
    seal()
    happen(1)
    seal(2 * HOUR)

    forged.save(force_insert=True)

    assert seal(3 * HOUR) == 0
    assert first_fault() == (
        f"people_auditentry {ids[0]}: this row was slipped in: it was never sealed"
    )


@pytest.mark.parametrize(
    "change",
    [
        "action = 'nothing'", "subject = 'thing:9'", "area_code = '1'", "data = '{}'",
        "at = '2026-03-02 02:00:01+00:00'",
    ],
)  # fmt: skip
def test_a_changed_row_is_named(change):
    ids = happen(3)
    seal()

    behind_our_back(f"UPDATE people_auditentry SET {change} WHERE id = %s", ids[1])

    assert first_fault() == f"people_auditentry {ids[1]}: this row was changed"


def test_the_first_missing_row_is_named():
    ids = happen(4)
    seal()

    behind_our_back("DELETE FROM people_auditentry WHERE id IN (%s, %s)", ids[1], ids[3])

    assert first_fault() == f"people_auditentry {ids[1]}: this row is missing"


def test_a_row_changed_together_with_its_seal_breaks_the_chain():
    ids = happen(2)
    seal()
    happen(1)
    seal(MINUTE)
    behind_our_back("UPDATE people_auditentry SET action = 'nothing' WHERE id = %s", ids[0])
    first = Seal.objects.get(number=1)
    content = list(sealing.rows(AuditEntry, ids, first.columns))
    leaves = [receipt.leaf(row) for row in content]
    first.leaves, first.root = bytes.fromhex("".join(leaves)), merkle.root(leaves)

    behind_our_back(
        "UPDATE people_seal SET leaves = %s, root = %s, hash = %s WHERE number = 1",
        first.leaves, first.root, receipt.digest(sealing.head_of(first)),
    )  # fmt: skip

    assert first_fault() == "people_seal 2: this seal was changed"


def test_a_missing_seal_is_named():
    for minute in range(3):
        happen(1)
        seal(minute * MINUTE)

    behind_our_back("DELETE FROM people_seal WHERE number = 2")

    assert first_fault() == "people_seal 2: this seal is missing"


def test_seals_rewritten_from_the_start_do_not_fit_what_was_signed():
    happen(2)
    seal()
    statements.sign(at=MONDAY + DAY)
    behind_our_back("UPDATE people_auditentry SET action = 'nothing'")
    behind_our_back("DELETE FROM people_seal")

    seal()

    assert first_fault() == "people_statement 1: the signature does not fit"


def test_the_last_seals_cut_off_are_missed_by_what_was_signed():
    happen(1)
    seal()
    happen(1)
    seal(MINUTE)
    statements.sign(at=MONDAY + DAY)

    behind_our_back("DELETE FROM people_seal WHERE number = 2")

    assert "people_statement 1: seals that it signed are missing" in map(str, verifying.faults())


def test_a_statement_signed_with_somebody_elses_key_is_named(settings):
    happen(1)
    seal()
    ours, settings.SEAL_KEY = settings.SEAL_KEY, "A" * 43
    statements.sign(at=MONDAY + DAY)
    settings.SEAL_KEY = ours

    assert first_fault() == "people_statement 1: the signature does not fit"


def test_after_a_change_of_key_older_signatures_still_count(settings):
    happen(1)
    seal()
    statements.sign(at=MONDAY + DAY)
    settings.SEAL_PUBLIC_KEYS, settings.SEAL_KEY = [statements.public_key()], "A" * 43
    happen(1)
    seal(DAY)
    statements.sign(at=MONDAY + 2 * DAY)

    assert list(verifying.faults()) == []
    assert len(set(Statement.objects.values_list("public_key", flat=True))) == 2


def test_a_table_whose_guard_was_taken_off_is_named():
    append_only.unguard(connection, "people_seal")

    assert first_fault() == "people_seal 0: the table no longer refuses changes"


def test_each_day_is_signed_once_when_it_is_over():
    happen(1)
    seal()

    assert statements.sign(at=MONDAY + HOUR) is None
    signed = statements.sign(at=MONDAY + DAY)
    assert statements.sign(at=MONDAY + DAY) is None

    assert (signed.first, signed.last) == (1, 1)


def test_seals_themselves_cannot_be_changed():
    happen(1)
    seal()

    with pytest.raises(IntegrityError, match="added, never changed"), transaction.atomic():
        Seal.objects.update(root="0" * 64)


# --- Receipts -------------------------------------------------------------------------------------


def receipt_of(pk: int) -> dict:
    return json.loads(json.dumps(proofs.receipt_of(AuditEntry, pk, row=True)))


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_a_receipt_holds_for_every_row_wherever_it_stands(count):
    ids = happen(count)
    seal()
    happen(2)
    seal(MINUTE)
    signed = statements.sign(at=MONDAY + DAY)

    for pk in ids:
        assert receipt.check(receipt_of(pk), [statements.public_key()]) == statements.text_of(
            signed
        )


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda r: r["row"].update(action="nothing"), "the row is not the one that was sealed"),
        (lambda r: r["way_to_seal"].pop(), "the row is not in the seal"),
        (lambda r: r["seal"].update(rows=9), "the seal is not in the signed statement"),
        (lambda r: r["signed"].update(signature="0" * 128), "the signature is not right"),
        (lambda r: r["signed"].update(public_key="0" * 64), "not the platform's"),
        (lambda r: r["signed"]["statement"].update(at="x"), "the signature is not right"),
        (lambda r: r.update(signed=None), "not yet signed"),
        (lambda r: r.pop("seal"), "not a whole receipt"),
        (lambda r: r.update(row_hash="zz", row=None), "not a whole receipt"),
    ],
)
def test_a_spoiled_receipt_says_what_does_not_fit(spoil, says):
    ids = happen(3)
    seal()
    statements.sign(at=MONDAY + DAY)
    shown = receipt_of(ids[1])

    spoil(shown)

    with pytest.raises(receipt.BadReceipt, match=says):
        receipt.check(shown, [statements.public_key()])


def test_a_row_of_this_minute_has_no_receipt_yet():
    with pytest.raises(proofs.NotSealedYet):
        proofs.receipt_of(AuditEntry, happen(1)[0], row=True)


def test_a_receipt_is_checked_without_platform_and_database(tmp_path):
    ids = happen(3)
    seal()
    statements.sign(at=MONDAY + DAY)
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(proofs.receipt_of(AuditEntry, ids[2], row=True)), "utf-8")

    def check(*more: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", Path(receipt.__file__), file, *more],
            capture_output=True, text=True, check=False, cwd=tmp_path, env={},
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    assert check("--key", statements.public_key()) == (
        0, "This receipt holds: signed on 2026-03-03T02:00:00.000000+00:00.\n",
    )  # fmt: skip
    assert check("--key", "0" * 64) == (
        1,
        "This receipt does not hold: it was signed with a key that is not the platform's.\n",
    )


# --- The command ----------------------------------------------------------------------------------


def test_the_command_says_that_all_is_well(capsys):
    happen(2)
    call_command("audit", "seal")
    call_command("audit", "sign")
    call_command("audit", "verify")

    assert capsys.readouterr().out.splitlines()[-1] == (
        "Everything is as it was sealed: 2 rows, 1 seals, 1 signed statements."
    )


def test_the_command_names_the_first_bad_row_and_fails():
    ids = happen(2)
    seal()
    behind_our_back("DELETE FROM people_auditentry WHERE id = %s", ids[1])

    with pytest.raises(CommandError, match=f"people_auditentry {ids[1]}: this row is m") as end:
        call_command("audit", "verify")
    assert end.value.returncode == 1


def test_a_receipt_shows_that_the_database_has_another_history(tmp_path, capsys):
    ids = happen(2)
    seal()
    statements.sign(at=MONDAY + DAY)
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(proofs.receipt_of(AuditEntry, ids[0], row=True)), "utf-8")
    call_command("audit", "receipt", str(file))
    assert capsys.readouterr().out.startswith("This receipt holds: signed on 2026-03-03")

    behind_our_back("DELETE FROM people_seal")
    behind_our_back("DELETE FROM people_statement")
    seal(HOUR)

    with pytest.raises(CommandError, match="the database was changed"):
        call_command("audit", "receipt", str(file))


def test_anybody_may_keep_the_key_and_what_was_signed(client):
    happen(1)
    seal()
    signed = statements.sign(at=MONDAY + DAY)

    assert client.get("/seals.json").json() == {
        "public_keys": [statements.public_key()],
        "signed": [statements.shown(signed)],
    }
