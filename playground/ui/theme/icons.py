"""The icons, named by what they mean; all from one icon font, so that they belong together."""

from typing import Literal

import qtawesome
from PySide6.QtGui import QIcon

from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

ICONS = {
    "play": "ph.play-fill",
    "pause": "ph.pause-fill",
    "rewind": "ph.skip-back",
    "step": "ph.skip-forward",
    "undo": "ph.arrow-u-up-left",
    "redo": "ph.arrow-u-up-right",
    "new": "ph.file-plus",
    "open": "ph.folder-open",
    "save": "ph.floppy-disk",
    "export": "ph.export",
    "add": "ph.plus",
    "remove": "ph.minus",
    "delete": "ph.trash",
    "close": "ph.x",
    "float": "ph.arrow-square-out",
    "copy": "ph.copy",
    "pin": "ph.push-pin",
    "pinned": "ph.push-pin-fill",
    "warning": "ph.warning-fill",
    "problem": "ph.warning-octagon-fill",
    "done": "ph.check",
    "info": "ph.info",
    "help": "ph.question",
    "refresh": "ph.arrows-clockwise",
    "new_seed": "ph.dice-five",
    "settings": "ph.gear-six",
    "grip": "ph.dots-six-vertical-bold",
    "fit": "ph.corners-out",
    "zoom_in": "ph.magnifying-glass-plus",
    "zoom_out": "ph.magnifying-glass-minus",
    "move_left": "ph.arrow-left",
    "move_right": "ph.arrow-right",
    "more": "ph.dots-three",
    "menu": "ph.list",
    "keyboard": "ph.keyboard",
    "theme": "ph.moon",
    "projector": "ph.projector-screen",
    "data": "ph.circles-four",
    "chart": "ph.chart-line",
    "table": "ph.table",
}

Tone = Literal["text", "muted", "accent", "accent_text", "warning", "danger", "success"]


class UnknownIconError(KeyError):
    """There is no icon of that name in the table."""


def icon(name: str, theme: Theme, tone: Tone = "text") -> QIcon:
    """Return the icon that means `name` in the theme's colours; UnknownIconError when there is none."""
    if name not in ICONS:
        raise UnknownIconError(name)
    made: QIcon = qtawesome.icon(
        ICONS[name],
        color=qcolor(getattr(theme, tone)),
        color_disabled=qcolor(theme.disabled),
    )
    return made
