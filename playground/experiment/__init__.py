"""The document: a frozen experiment, the edits a person can make to it, and the plan to run it."""
