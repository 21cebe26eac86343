"""Comparisons in windows of their own: a run beside its copy, and the same run with many seeds."""
