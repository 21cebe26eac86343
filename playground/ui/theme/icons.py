"""The icons, named by what they mean; all from one icon font, so that they belong together.

The font is Phosphor (phosphoricons.com), bundled beside the text fonts. A glyph is drawn once per theme and
size; a library that does the same for a dozen icon fonts takes a fifth of a second to import.
"""

from functools import cache, lru_cache
from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QPainter, QPixmap

from playground.ui.theme.colour import qcolor
from playground.ui.theme.files import theme_file
from playground.ui.theme.fonts import FontMissingError
from playground.ui.theme.tokens import Theme

ICONS = {
    "play": 0xF9E7,  # play-fill
    "pause": 0xF9C9,  # pause-fill
    "rewind": 0xF2CA,  # skip-back
    "step": 0xF2CC,  # skip-forward
    "undo": 0xF066,  # arrow-u-up-left
    "redo": 0xF067,  # arrow-u-up-right
    "new": 0xF16D,  # file-plus
    "open": 0xF18C,  # folder-open
    "save": 0xF181,  # floppy-disk
    "export": 0xF15A,  # export
    "add": 0xF27F,  # plus
    "remove": 0xF21A,  # minus
    "delete": 0xF334,  # trash
    "close": 0xF36D,  # x
    "float": 0xF058,  # arrow-square-out
    "put_back": 0xF056,  # arrow-square-in
    "code": 0xF10A,  # code
    "copy": 0xF114,  # copy
    "pin": 0xF28D,  # push-pin
    "pinned": 0xF9F7,  # push-pin-fill
    "warning": 0xFAC7,  # warning-fill
    "problem": 0xFAC8,  # warning-octagon-fill
    "done": 0xF0E7,  # check
    "info": 0xF1E0,  # info
    "help": 0xF293,  # question
    "refresh": 0xF045,  # arrows-clockwise
    "new_seed": 0xF137,  # dice-five
    "settings": 0xF19C,  # gear-six
    "grip": 0xF4DC,  # dots-six-vertical-bold
    "fit": 0xF118,  # corners-out
    "zoom_in": 0xF20C,  # magnifying-glass-plus
    "zoom_out": 0xF20B,  # magnifying-glass-minus
    "move_left": 0xF03B,  # arrow-left
    "move_right": 0xF044,  # arrow-right
    "more": 0xF145,  # dots-three
    "menu": 0xF1FA,  # list
    "keyboard": 0xF1E5,  # keyboard
    "theme": 0xF21F,  # moon
    "projector": 0xF28B,  # projector-screen
    "data": 0xF0F0,  # circles-four
    "chart": 0xF0D4,  # chart-line
    "table": 0xF304,  # table
    "paint": 0xF252,  # paint-brush
    "erase": 0xF159,  # eraser
    "move": 0xF04F,  # arrows-out-cardinal
}

SIZES = (16, 24, 32, 48, 64)
FONT = "Phosphor.ttf"

Tone = Literal["text", "muted", "accent", "accent_text", "warning", "danger", "success"]


class UnknownIconError(KeyError):
    """There is no icon of that name in the table."""


@lru_cache(maxsize=256)
def icon(name: str, theme: Theme, tone: Tone = "text") -> QIcon:
    """Return the icon that means `name` in the theme's colours; UnknownIconError when there is none."""
    if name not in ICONS:
        raise UnknownIconError(name)
    made = QIcon()
    for size in SIZES:
        made.addPixmap(_glyph(ICONS[name], getattr(theme, tone), size), QIcon.Mode.Normal)
        made.addPixmap(_glyph(ICONS[name], theme.disabled, size), QIcon.Mode.Disabled)
    return made


def _glyph(code: int, colour: str, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    font = QFont(_family())
    font.setPixelSize(size)
    painter = QPainter(pixmap)
    painter.setFont(font)
    painter.setPen(qcolor(colour))
    painter.drawText(QRectF(0, 0, size, size), Qt.AlignmentFlag.AlignCenter, chr(code))
    painter.end()
    return pixmap


@cache
def _family() -> str:
    """Register the icon font with the running application and return its name there."""
    path = theme_file("fonts", FONT)
    number = QFontDatabase.addApplicationFont(str(path))
    if number < 0:
        raise FontMissingError(f"The font {path} cannot be read. Please install the playground again.")
    return QFontDatabase.applicationFontFamilies(number)[0]
