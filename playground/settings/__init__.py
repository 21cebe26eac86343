"""What the person prefers, and the file it is kept in."""

from playground.settings.spec import FLAT_OUT, MAX_RECENT_FILES, REMEMBERED, Settings, with_recent_file
from playground.settings.store import SettingsStore

__all__ = ["FLAT_OUT", "MAX_RECENT_FILES", "REMEMBERED", "Settings", "SettingsStore", "with_recent_file"]
