"""Lively data through the real verbs: replayed messages, simulated handling, the demonstration.

Nothing here writes tickets: reports, moves and requests all go through tickets.lifecycle, made by
the people who are on post, each at its own time. How it works is told in docs/replay.md.
"""
