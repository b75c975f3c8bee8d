"""The contract of senders. To add one, copy sms.py; docs/recipes/add-a-sender.md has the steps.

A sender is a class without arguments, named in settings.NOTICE_SENDERS for a channel. Its `send`

- hands one message to the channel and returns when the other side has taken it;
- raises CannotSend otherwise: temporary=True if trying again may help (no connection, busy, an
  error at the other side), False if it never will (no such number, refused);
- must be quick: seconds, never minutes. The relay holds a lease of a few minutes on its batch;
- may be called twice with the same message.key, when a relay died between sending and noting so.
  It passes the key on, so that the other side can drop the second;
- says nothing personal in errors and logs: no address, no text.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class CannotSend(Exception):
    """The message was not taken; the sentence says why, without anything personal."""

    def __init__(self, sentence: str, *, temporary: bool):
        super().__init__(sentence)
        self.temporary = temporary


@dataclass(frozen=True)
class Message:
    """What a sender gets. `link` is a whole address or "". `at` is the relay's clock."""

    key: str
    address: str
    template: str
    params: dict
    text: str
    link: str
    language: str
    at: datetime

    @property
    def text_with_link(self) -> str:
        return f"{self.text} {self.link}".strip()


class Sender(Protocol):
    """Serves one channel."""

    def send(self, message: Message) -> None:
        """Hand the message over.

        :raises CannotSend: if the other side did not take it
        """
