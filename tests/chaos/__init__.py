"""The platform broken on purpose: parts killed, servers restarted under load, clocks wrong.

`make chaos` runs all of it and writes results.json; test_chaos.py is the short form.
"""
