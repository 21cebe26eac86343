"""Runs a plan on one worker thread: frozen commands in, frozen snapshots out. No Qt."""
