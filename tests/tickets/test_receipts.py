from uuid import UUID, uuid4

import pytest
from django.test import override_settings

from tickets import receipts

KEY = UUID("6f1d2c3b-0000-4000-8000-00000000abcd")


def test_the_same_key_gives_the_same_code_and_pin():
    assert receipts.code_of(KEY) == receipts.code_of(KEY)
    assert receipts.pin_of(KEY) == receipts.pin_of(KEY)
    assert receipts.code_of(uuid4()) != receipts.code_of(KEY)


def test_a_code_is_ten_characters_that_nobody_misreads_and_a_pin_six_digits():
    for _ in range(500):
        key = uuid4()
        code, pin = receipts.code_of(key), receipts.pin_of(key)
        assert len(code) == 10
        assert not set(code) & set("ILOU")
        assert len(pin) == 6
        assert pin.isdigit()


def test_a_pin_opens_its_own_report_and_no_other():
    assert receipts.opens(KEY, receipts.pin_of(KEY))
    assert receipts.opens(KEY, f" {receipts.pin_of(KEY)[:3]} {receipts.pin_of(KEY)[3:]} ")
    assert not receipts.opens(uuid4(), receipts.pin_of(KEY))
    for wrong in ("", "0", "１２３４５６", "abcdef", "\x00"):
        assert not receipts.opens(KEY, wrong)


def test_a_pin_given_out_under_an_older_secret_still_opens():
    with override_settings(RECEIPT_KEYS=["old"]):
        pin = receipts.pin_of(KEY)
    with override_settings(RECEIPT_KEYS=["new", "old"]):
        assert receipts.opens(KEY, pin)
        assert receipts.opens(KEY, receipts.pin_of(KEY))
    with override_settings(RECEIPT_KEYS=["new"]):
        assert not receipts.opens(KEY, pin)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("abc-def 123", "ABCDEF123"), ("o0il1", "00111"), ("", ""), ("\x00", "")],
)
def test_a_typed_code_is_read_as_it_was_meant(typed, stored):
    assert receipts.tidy(typed) == stored
