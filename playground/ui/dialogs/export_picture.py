"""Asks which picture is wanted, shows it, and how large it will be."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from playground.ui.pictures import Drawing, PictureError, as_image
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Captioned, Choice, Described, Item, describe, keep_font, theme_descendants
from playground.ui.widgets.base import role_label
from playground.ui.widgets.segments import Segments

LIGHT_LOOK, OWN_LOOK = "light", "screen"
FORMATS = (
    Item("png", "PNG", "Pixels: opens everywhere."),
    Item("svg", "SVG", "Lines and text: sharp at any size, for papers, slides and web pages."),
)
SCALES = tuple(
    Item(str(scale), f"{scale}×", f"{scale} pixels for each pixel of the picture.") for scale in (1, 2, 3, 4)
)
USUAL_SCALE = "2"
LOOKS = (
    Item(LIGHT_LOOK, "Light", "Dark text on white, as paper needs it, whatever the window shows."),
    Item(OWN_LOOK, "As on screen", "The colours and the size of type that the window has now."),
)
PREVIEW = QSize(560, 420)  # design pixels
CONTROLS = 200

Draw = Callable[[str, bool], AbstractContextManager[Drawing]]
"""Gives a picture by its key; the flag says whether it is to look as on screen."""


class PictureDialog(QDialog):
    """Choices on the left, the picture on the right.

    Signals:
        asked(str, str, float, bool): key, format, scale and whether as on screen; the picture is wanted.
    """

    asked = Signal(str, str, float, bool)

    def __init__(self, parent: QWidget, items: Sequence[Described], first: str, draw: Draw, theme: Theme):
        super().__init__(parent)
        self.setObjectName("picture_dialog")
        self.setWindowTitle("Export picture")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._draw = draw
        self._theme = theme
        self._picture = QPixmap()
        self._make(items, first)
        self._lay_out()
        self.apply_theme(theme)
        for source in (self.what.chosen, self.format.chosen, self.scale.chosen, self.look.chosen):
            source.connect(lambda _key: self.show_picture())
        self.buttons.accepted.connect(self._ask)
        self.buttons.rejected.connect(self.reject)
        self.show_picture()

    def _make(self, items: Sequence[Described], first: str) -> None:
        self.what = Choice("Picture", "What is drawn: the network, a plot, or the whole window.")
        self.what.set_items(items)
        self.what.set_key(first)
        self.format = Segments("Format", FORMATS)
        self.scale = Segments("Scale", SCALES)
        self.scale.set_key(USUAL_SCALE)
        self.look = Segments("Look", LOOKS)
        self.preview = QLabel()
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setProperty("role", "muted")
        self.preview.setWordWrap(True)
        self.size_label = role_label("", "muted")
        self.size_label.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.cancel_button = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        describe(self.cancel_button, "Cancel", "Write nothing (Esc).")
        self.export_button = self.buttons.addButton("Export…", QDialogButtonBox.ButtonRole.AcceptRole)
        self.export_button.setDefault(True)
        describe(self.export_button, "Export", "Choose a file for this picture.")

    def _lay_out(self) -> None:
        self._controls = QVBoxLayout()
        self._controls.addWidget(self.what)
        for caption, help_text, row in (
            ("Format", "Pixels, or lines and text.", self.format),
            ("Scale", "How many pixels a PNG has for each pixel of the picture.", self.scale),
            ("Look", "Light for paper, or as the window looks.", self.look),
        ):
            self._controls.addWidget(Captioned(caption, help_text, row, line=False))
        self._controls.addWidget(self.size_label)
        self._controls.addStretch(1)
        self._columns = QHBoxLayout()
        self._columns.addLayout(self._controls)
        self._columns.addWidget(self.preview, 1)
        self._layout = QVBoxLayout(self)
        self._layout.addLayout(self._columns, 1)
        self._layout.addWidget(self.buttons)
        order = (
            self.what.combo,
            *self.format.chips.values(),
            *self.scale.chips.values(),
            *self.look.chips.values(),
            self.export_button,
            self.cancel_button,
        )
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        self._theme = theme
        theme_descendants(self, theme)
        for row in (self.format, self.scale, self.look):
            row.apply_theme(theme)  # which what has a caption over it does not hand on
        for label in (self.preview, self.size_label):
            keep_font(label, body_font(theme))
        self._controls.setSpacing(theme.px(12))
        self._columns.setSpacing(theme.px(24))
        self._layout.setSpacing(theme.px(16))
        self._layout.setContentsMargins(*[theme.px(20)] * 4)
        self.size_label.setFixedWidth(theme.px(CONTROLS))
        self.preview.setFixedSize(PREVIEW * theme.scale)

    def show_picture(self) -> None:
        """Show what would be written, and how large it is."""
        is_png = self.format.key == "png"
        for chip in self.scale.chips.values():
            chip.setEnabled(is_png)
        ratio = self.devicePixelRatioF()
        try:
            with self._draw(self.what.key, self.look.key == OWN_LOOK) as drawing:
                image = as_image(drawing, 2.0)  # finer than it is shown: made smaller it stays clear
                size = drawing.size * (float(self.scale.key) if is_png else 1.0)
        except PictureError as error:
            self.preview.setText(str(error))
            self.size_label.setText("")
            self.export_button.setEnabled(False)
            return
        self.export_button.setEnabled(True)
        room = self.preview.size() * ratio
        keep, fine = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        if image.width() > room.width() or image.height() > room.height():
            image = image.scaled(room, keep, fine)
        image.setDevicePixelRatio(ratio)
        self.preview.setPixmap(QPixmap.fromImage(image))
        unit = "pixels" if is_png else "pixels at its own size, and sharp at any other"
        self.size_label.setText(f"{size.width():,} × {size.height():,} {unit}")
        self.preview.setAccessibleDescription(f"The picture: {drawing.name}, {self.size_label.text()}")

    def _ask(self) -> None:
        self.asked.emit(self.what.key, self.format.key, float(self.scale.key), self.look.key == OWN_LOOK)
