"""Asks what film of the training is wanted, and shows it grow."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from playground.export.film import FILMS, FilmFormat
from playground.tables import by_key
from playground.ui.dialogs.export_picture import LOOKS, OWN_LOOK
from playground.ui.dialogs.saving import complain
from playground.ui.film import Script
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import (
    Captioned,
    Choice,
    Described,
    Item,
    NumberChoice,
    describe,
    keep_font,
    role_label,
    theme_descendants,
)
from playground.ui.widgets.segments import Segments

if TYPE_CHECKING:
    from playground.ui.film import Film

WINDOW = "window"
FRAMES, MOST_FRAMES = (60.0, 30.0, 100.0, 200.0), 500
EPOCHS, MOST_EPOCHS = (1.0, 2.0, 5.0, 10.0, 50.0), 100_000
SPEEDS, FASTEST = (10.0, 5.0, 15.0, 25.0), 50
SIZES = (
    Item("0.75", "Small", "For a chat or a forum: three quarters of the usual size."),
    Item("1", "Usual", "As large as on a screen."),
    Item("2", "Large", "Twice as many pixels each way, for a projector; GIF grows large."),
)
PREVIEW = QSize(420, 420)  # design pixels
CONTROLS = 232


class AnimationDialog(QDialog):
    """Choices on the left, the latest frame on the right; the window can be used meanwhile.

    Signals:
        asked(Script): the film is wanted.
        told(str): what became of it.
    """

    asked = Signal(object)
    told = Signal(str)

    def __init__(
        self, parent: QWidget, items: Sequence[Described], first: str, epochs: int, theme: Theme
    ) -> None:
        super().__init__(parent)
        self.setObjectName("animation_dialog")
        self.setWindowTitle("Export animation")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._film: Film | None = None
        self._make(items, first, epochs)
        self._lay_out()
        self.apply_theme(theme)
        for choice in (self.what, self.format, self.size_choice, self.look):
            choice.chosen.connect(lambda _key: self._show_plan())
        for number in (self.frames, self.epochs, self.speed):
            number.chosen.connect(lambda _value: self._show_plan())
            number.refused.connect(self.plan.setText)
        self.buttons.accepted.connect(lambda: self.asked.emit(self.script))
        self.buttons.rejected.connect(self.reject)
        self._show_plan()

    def _make(self, items: Sequence[Described], first: str, epochs: int) -> None:
        self.what = Choice("Picture", "What is filmed: a plot, or the whole window.")
        self.what.set_items(items)
        self.what.set_key(first)
        self.format = Segments("Format", FILMS)
        missing = {film.key: film.missing() for film in FILMS if film.missing()}
        self.format.set_unavailable(missing)
        there = [film.key for film in FILMS if film.key not in missing]
        self.format.set_key(there[0] if there else FILMS[0].key)
        self._missing = missing
        self.frames = NumberChoice(
            "Frames", "How many pictures follow the first one.", FRAMES, 1, MOST_FRAMES, whole=True
        )
        self.epochs = NumberChoice(
            "Epochs a frame", "How long is trained between two frames.", EPOCHS, 1, MOST_EPOCHS, whole=True
        )
        self.epochs.set_value(float(max(1, round(epochs / FRAMES[0]))))
        self.speed = NumberChoice(
            "Frames a second", "How fast the film plays.", SPEEDS, 1, FASTEST, whole=True
        )
        self.size_choice = Segments("Size", SIZES)
        self.size_choice.set_key("1")
        self.look = Segments("Look", LOOKS)
        self.plan = role_label("", "muted")
        self.plan.setWordWrap(True)
        self.preview = QLabel("The frames appear here while the film is made.")
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setProperty("role", "muted")
        self.preview.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        describe(self.progress, "How much of the film is made", "")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.cancel_button = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        describe(self.cancel_button, "Cancel", "Make no film; one that is begun is thrown away (Esc).")
        self.export_button = self.buttons.addButton("Export…", QDialogButtonBox.ButtonRole.AcceptRole)
        self.export_button.setDefault(True)
        describe(self.export_button, "Export", "Choose a file, train from the start, and film it.")

    def _lay_out(self) -> None:
        self._form = QWidget()
        self._controls = QVBoxLayout(self._form)
        self._controls.setContentsMargins(0, 0, 0, 0)
        self._numbers = QHBoxLayout()
        for number in (self.frames, self.epochs, self.speed):
            self._numbers.addWidget(number)
        self._numbers.addStretch(1)
        self._controls.addWidget(self.what)
        self._controls.addLayout(self._numbers)
        for caption, help_text, row in (
            ("Format", "GIF for the web, MP4 for a film.", self.format),
            ("Size", "How many pixels a frame has.", self.size_choice),
            ("Look", "Light for paper, or as the window looks.", self.look),
        ):
            self._controls.addWidget(Captioned(caption, help_text, row, line=False))
        self._left = QVBoxLayout()
        self._left.addWidget(self._form)
        self._left.addWidget(self.plan)
        self._left.addStretch(1)
        self._columns = QHBoxLayout()
        self._columns.addLayout(self._left)
        self._columns.addWidget(self.preview, 1)
        self._layout = QVBoxLayout(self)
        self._layout.addLayout(self._columns, 1)
        self._layout.addWidget(self.progress)
        self._layout.addWidget(self.buttons)
        order = (
            self.what.combo,
            *(number.combo for number in (self.frames, self.epochs, self.speed)),
            *self.format.chips.values(),
            *self.size_choice.chips.values(),
            *self.look.chips.values(),
            self.export_button,
            self.cancel_button,
        )
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    @property
    def film(self) -> FilmFormat:
        """The format chosen."""
        return by_key(FILMS, self.format.key, "film")

    @property
    def as_on_screen(self) -> bool:
        """Whether a plot is to look as in the window."""
        return self.look.key == OWN_LOOK

    @property
    def script(self) -> Script:
        """What the film consists of."""
        frames, epochs = int(self.frames.value), int(self.epochs.value)
        return Script(frames, epochs, self.speed.value, float(self.size_choice.key))

    def record(self, film: "Film") -> None:
        """Show a film being made, until it is done or cancelled."""
        self._film = film
        film.framed.connect(self._show_frame)
        film.done.connect(self._done)
        film.failed.connect(self._failed)
        self._form.setEnabled(False)
        self.export_button.setEnabled(False)
        self.cancel_button.setFocus()
        self.plan.setText("Training from the start …")
        film.start()

    def done(self, result: int) -> None:
        """Throw away a film that is being made, and close."""
        if self._film is not None:
            self._film.cancel()
            self._film = None
            self.told.emit("The film was cancelled; nothing was written.")
        super().done(result)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        theme_descendants(self, theme)
        for row in (self.format, self.size_choice, self.look):
            row.apply_theme(theme)  # which what has a caption over it does not hand on
        for label in (self.preview, self.plan):
            keep_font(label, body_font(theme))
        self._controls.setSpacing(theme.px(12))
        self._left.setSpacing(theme.px(12))
        self._numbers.setSpacing(theme.px(8))
        self._columns.setSpacing(theme.px(24))
        self._layout.setSpacing(theme.px(16))
        self._layout.setContentsMargins(*[theme.px(20)] * 4)
        self.plan.setMinimumWidth(theme.px(CONTROLS))
        self.progress.setFixedHeight(theme.px(4))
        self.preview.setFixedSize(PREVIEW * theme.scale)

    def _show_plan(self) -> None:
        """Say in a sentence what will be made, or what there is to install first."""
        script = self.script
        # A window has one look: the one on screen.
        self.look.setEnabled(self.what.key != WINDOW)
        why = self._missing.get(self.format.key, "")
        self.export_button.setEnabled(not why)
        trained = f"{script.frames * script.epochs:,} epochs in {script.frames + 1} frames"
        lacking = [text for key, text in self._missing.items() if key != self.format.key]
        plan = f"{trained}, {script.seconds:.1f} seconds of film. The open run is not touched."
        self.plan.setText(why or "\n".join([plan, *lacking]))

    def _show_frame(self, image: QImage, share: float) -> None:
        self.progress.setValue(round(1000 * share))
        ratio = self.devicePixelRatioF()
        room, keep = self.preview.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio
        shown = image.scaled(room, keep, Qt.TransformationMode.SmoothTransformation)
        shown.setDevicePixelRatio(ratio)
        self.preview.setPixmap(QPixmap.fromImage(shown))
        self.plan.setText(f"{share:.0%} of the film is made." if share < 1 else "Writing the film …")

    def _done(self, path: Path, frames: int) -> None:
        self._film = None
        fewer = frames <= self.script.frames
        early = " The training ended by itself before the last frame." if fewer else ""
        self.told.emit(f"Wrote {path.name}: {frames} frames, {path.stat().st_size / 1e6:,.1f} MB.{early}")
        self.accept()

    def _failed(self, why: str) -> None:
        self._film = None
        self._form.setEnabled(True)
        self.export_button.setEnabled(True)
        self.progress.setValue(0)
        self._show_plan()
        complain(self, "No film was written", why)
