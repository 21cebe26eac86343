"""The bundled font: the window looks the same on every machine, and numbers keep their width."""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase, QRawFont

from playground.ui.theme.files import theme_file
from playground.ui.theme.tokens import Theme

_FILES = ("Inter-Regular.otf", "Inter-SemiBold.otf")


class FontMissingError(RuntimeError):
    """A bundled font cannot be read: the installation is incomplete."""


@cache
def load_fonts() -> tuple[int, ...]:
    """Register the bundled fonts once with the running QGuiApplication; return their ids."""
    ids = []
    for name in _FILES:
        path = theme_file("fonts", name)
        number = QFontDatabase.addApplicationFont(str(path))
        if number < 0:
            raise FontMissingError(f"The font {path} cannot be read. Please install the playground again.")
        ids.append(number)
    return tuple(ids)


def body_font(theme: Theme, size: int | None = None, bold: bool = False) -> QFont:
    """Return the font of running text; `size` in pixels, the theme's body size when None."""
    load_fonts()
    font = QFont(theme.family)
    font.setPixelSize(theme.size_body if size is None else size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font


def number_font(theme: Theme, size: int | None = None, bold: bool = True) -> QFont:
    """Return the font of numbers: all figures equally wide, so that a changing number does not jump."""
    font = body_font(theme, size, bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def code_font(theme: Theme) -> QFont:
    """Return the font of program text: the system's own in which every letter is equally wide."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFixedPitch(True)
    font.setPixelSize(theme.px(12))
    return font


def caption_font(theme: Theme) -> QFont:
    """Return the font of the small capitals above a choice."""
    font = body_font(theme, theme.px(10), bold=True)
    font.setCapitalization(QFont.Capitalization.AllUppercase)
    font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 108)
    return font


def can_show(character: str) -> bool:
    """Say whether the bundled regular font has a glyph for `character`."""
    raw = QRawFont(str(theme_file("fonts", _FILES[0])), 13.0)
    return raw.supportsCharacter(ord(character))
