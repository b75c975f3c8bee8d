"""The sealed proof of a report: for its reporter, and true without us."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from people.seals import receipt, sealing, statements, verifying
from tests.tickets.public.residents import browser, text_of
from tickets import lifecycle

pytestmark = pytest.mark.django_db
TOMORROW = timedelta(days=1)


def test_the_reporter_takes_a_proof_along_that_holds_without_us(resident, ticket):
    sealing.seal(at=timezone.now())
    statements.sign(at=timezone.now() + TOMORROW)

    answer = resident.get(f"/track/{ticket.code}/seal.json")

    proof = json.loads(text_of(answer))
    assert receipt.check(proof, [statements.public_key()])
    assert (proof["report"], proof["row"]["ticket_id"]) == (ticket.number, ticket.pk)
    assert (proof["row"]["kind"], proof["row"]["by_id"]) == ("reported", None)
    assert f'filename="{ticket.number}-seal.json"' in answer["Content-Disposition"]


def test_a_report_of_this_minute_is_told_to_wait(resident, ticket):
    answer = resident.get(f"/track/{ticket.code}/seal.json", follow=True)

    assert "Your report will be sealed in a minute." in text_of(answer)


def test_nobody_else_gets_the_proof(ticket):
    assert browser().get(f"/track/{ticket.code}/seal.json").status_code == 404


def test_erasing_words_and_names_breaks_no_seal(resident, ticket):
    at = timezone.now()
    lifecycle.withdraw(ticket_id=ticket.pk, at=at, words="It is gone.")
    sealing.seal(at=at)
    statements.sign(at=at + TOMORROW)

    assert lifecycle.erase(at=at + timedelta(days=6 * 366)).tickets == 1

    assert list(verifying.faults()) == []
