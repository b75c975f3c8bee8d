"""Help for those who read no manuals: a page for each audience, and a tour of its five steps."""
