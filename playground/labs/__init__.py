"""What the labs compute: no Qt, nothing of a run; see `ui/labs` for their windows."""
