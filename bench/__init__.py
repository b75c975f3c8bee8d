"""`make bench`: how fast the hot paths are, each beside a yardstick measured in the same run."""
