"""Volunteers: rosters, hours and the adoption of small places. A room with nobody in it yet."""
