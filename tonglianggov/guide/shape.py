"""What a guide is made of. The same five stops are the tour on the page and the steps in help."""

from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True)
class Stop:
    """One step. `at` is where the tour points: the first of these that can be seen."""

    title: Words
    words: Words
    at: str = ""


@dataclass(frozen=True)
class Answer:
    """A question as people ask it, and the answer."""

    question: Words
    answer: Words


@dataclass(frozen=True)
class Guide:
    """The help of one audience. `slug` stands in the address and names the picture."""

    slug: str
    title: Words
    lead: Words
    stops: tuple[Stop, ...]
    answers: tuple[Answer, ...]
    # Whether the keys of the console are part of the work.
    keys: bool = False
