"""The arithmetic of the labs: pure functions and small records, without Qt."""
