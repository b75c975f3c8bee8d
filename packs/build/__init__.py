"""What turns raw tables into a district pack. Runs when a pack is built, never on the platform."""
