"""A kept connection to PostgreSQL is found closed without being asked. On either database."""

import socket
from types import SimpleNamespace

import pytest
from django.db.backends.postgresql import base as djangos

from tonglianggov.postgresql.base import DatabaseWrapper


@pytest.fixture
def kept(monkeypatch):
    """A connection, the server's end of it, and what the server was asked."""
    ours, theirs = socket.socketpair()
    asked = []
    monkeypatch.setattr(djangos.DatabaseWrapper, "is_usable", lambda self: asked.append(1) or False)
    wrapper = DatabaseWrapper({"OPTIONS": {}, "NAME": "x", "TIME_ZONE": None})
    wrapper.connection = SimpleNamespace(closed=0, fileno=ours.fileno)
    yield wrapper, theirs, asked
    ours.close()
    theirs.close()


def test_a_quiet_connection_is_taken_to_stand(kept):
    wrapper, _server, asked = kept

    assert wrapper.is_usable()
    assert asked == []


def test_one_that_the_server_has_closed_is_found(kept):
    wrapper, server, asked = kept
    server.sendall(b"E: terminating connection")
    server.close()

    assert not wrapper.is_usable()
    assert asked == [1]


def test_one_that_was_closed_here_or_never_opened_is_none(kept):
    wrapper, _server, asked = kept
    wrapper.connection.closed = 1
    assert not wrapper.is_usable()
    wrapper.connection = None
    assert not wrapper.is_usable()
    assert asked == []
