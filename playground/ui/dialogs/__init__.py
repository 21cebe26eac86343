"""Dialogs: the list of shortcuts, about, and the export."""
