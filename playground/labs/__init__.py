"""The arithmetic of the labs: pure functions and frozen records, without Qt."""
