"""The table of states and moves, row by row."""

import pytest

from tickets.requests_table import REQUESTS, RequestKind
from tickets.states import (
    AT_WORK,
    ENDED,
    OPEN,
    RULES,
    STAGE_OF,
    Hat,
    Move,
    MoveRefused,
    State,
    after,
    moves_for,
)

STAYING = {
    Move.VERIFY, Move.RATE, Move.COMMENT, Move.QUESTION, Move.REPLY, Move.CLIMB, Move.SUPERVISE,
    Move.UNDO,
}  # fmt: skip


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("state", State)
def test_a_move_is_made_only_from_its_sources(state, move):
    rule = RULES[move]
    if state in rule.sources:
        assert after(state, move) == (state if move in STAYING else rule.target)
    else:
        with pytest.raises(MoveRefused, match="“.+”"):
            after(state, move)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("hat", Hat)
def test_a_hat_is_offered_exactly_the_moves_the_table_gives_it(state, hat):
    offered = {move for move, rule in RULES.items() if state in rule.sources and hat in rule.makers}

    assert set(moves_for(state, {hat})) == offered


def test_every_move_has_a_rule_and_every_state_a_stage():
    assert set(RULES) == set(Move)
    assert set(STAGE_OF) == set(State)
    assert set(REQUESTS) == set(RequestKind)


def test_only_words_a_late_rating_and_taking_back_touch_what_has_ended():
    leaving = {m for m, rule in RULES.items() if rule.sources & ENDED}

    assert leaving == {Move.COMMENT, Move.RATE, Move.UNDO}
    assert not any(RULES[m].target for m in leaving)


def test_every_state_can_be_reached_from_a_report():
    reached = {State.SUBMITTED}
    while True:
        wider = reached | {
            rule.target for rule in RULES.values() if rule.target and rule.sources & reached
        }
        if wider == reached:
            break
        reached = wider

    assert reached == set(State)


def test_open_states_are_those_that_have_not_ended():
    assert set(State) - ENDED == OPEN
    assert AT_WORK < OPEN


def test_the_reporter_may_withdraw_until_it_is_resolved_and_rate_after_the_answer():
    theirs = {s: moves_for(s, {Hat.REPORTER}) for s in State}

    assert {s for s in State if Move.WITHDRAW in theirs[s]} == AT_WORK
    assert {s for s in State if Move.RATE in theirs[s]} == {State.FEEDBACK, State.CLOSED}


def test_a_refusal_says_what_was_tried_and_where_the_ticket_stands():
    with pytest.raises(MoveRefused) as refusal:
        after(State.CLOSED, Move.SIGN)

    said = str(refusal.value)
    assert str(Move.SIGN.label) in said
    assert str(State.CLOSED.label) in said


def test_every_request_is_asked_where_its_askers_can_be():
    for kind, rule in REQUESTS.items():
        assert rule.deciders, kind
        assert not rule.askers & set(rule.deciders), f"{kind}: nobody decides their own request"
