"""A tree of hashes: one root for many leaves, and the short way from one of them to it."""

from collections.abc import Sequence

from people.seals.receipt import branch


def root(leaves: Sequence[str]) -> str:
    """Return the root of at least one leaf."""
    return _storeys(leaves)[-1][0]


def way(leaves: Sequence[str], place: int) -> list[list[str]]:
    """Return the steps from the leaf at this place to the root, as receipt.climb() takes them."""
    steps = []
    for storey in _storeys(leaves)[:-1]:
        neighbour = place ^ 1
        if neighbour < len(storey):
            steps.append(["left" if neighbour < place else "right", storey[neighbour]])
        place //= 2
    return steps


def _storeys(leaves: Sequence[str]) -> list[list[str]]:
    storeys = [list(leaves)]
    while len(storeys[-1]) > 1:
        below = storeys[-1]
        pairs = [branch(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
        # An odd one goes up as it is.
        storeys.append(pairs + below[len(below) - len(below) % 2 :])
    return storeys
