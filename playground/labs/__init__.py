"""The arithmetic behind the labs: arrays and small records in and out. No Qt, no thread, no file."""
