"""Seals: what was recorded cannot be changed afterwards without being found.

Rows of append-only tables are hashed every minute into a seal that holds the previous seal's
hash; once a day the seals since the last statement are signed with a key outside the database.

    sealing.py     hashes what was committed since; nothing in the hot path
    statements.py  signs, and knows the keys
    verifying.py   names the first row that is not as it was
    proofs.py      what a resident takes along: a row, its way to the signature
    receipt.py     the hashing rules, and a check that needs neither database nor Django
    merkle.py      a tree of hashes: its root, and one leaf's way to it
"""
