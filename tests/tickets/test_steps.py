"""How far a report is, in five steps and a sentence."""

from datetime import UTC, datetime

import pytest

from grids.models import Unit
from tickets.models import Ticket
from tickets.states import Stage, State
from tickets.steps import sentence, steps_of

DAY = [datetime(2026, 3, day, tzinfo=UTC) for day in range(1, 7)]


def ticket(state: State, **times) -> Ticket:
    unit = Unit(name="水务局", name_en="Water office")
    return Ticket(state=state, centre=unit, reported_at=DAY[0], **times)


def places(one: Ticket) -> list[tuple[str, str]]:
    return [(step.stage.value, step.place) for step in steps_of(one)]


def test_what_is_behind_what_is_now_and_what_comes():
    one = ticket(State.HANDLING, dispatched_at=DAY[1], signed_at=DAY[2])

    assert places(one) == [
        ("new", "done"), ("dispatched", "done"), ("handling", "now"), ("resolved", "coming"),
        ("closed", "coming"),
    ]  # fmt: skip
    assert [step.at for step in steps_of(one)] == [DAY[0], DAY[1], DAY[2], None, None]


def test_a_step_that_lies_ahead_again_shows_no_time_of_the_first_round():
    one = ticket(State.DISPATCHED, dispatched_at=DAY[3], signed_at=DAY[1])

    assert steps_of(one)[2].at is None


@pytest.mark.parametrize("state", [State.REFUSED, State.WITHDRAWN, State.MERGED])
def test_what_ended_early_has_only_the_steps_that_it_came_to(state):
    one = ticket(state, dispatched_at=DAY[1], ended_at=DAY[2])

    assert places(one) == [("new", "done"), ("dispatched", "done"), ("closed", "now")]
    assert steps_of(one)[-1].label == str(state.label)


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_sentence_and_exactly_one_present_step(state):
    one = ticket(state)

    assert sentence(one).endswith((".", "。"))
    assert [step.place for step in steps_of(one)].count("now") == 1
    assert {step.stage for step in steps_of(one)} <= set(Stage)
