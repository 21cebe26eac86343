"""The window of sweeps: what is varied, how far it is, and what came of it in three views."""
