"""What every page of a lab is: controls at the left, a stage at the right, a sentence below."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from playground.ui.keyboard import belongs_to
from playground.ui.labs.context import LabContext
from playground.ui.labs.transport import Transport
from playground.ui.theme.fonts import body_font, caption_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import describe, keep_font, role_label, theme_descendants

COLUMN = 280
"""Design pixels of the column of controls."""
LOW = 420
"""Design pixels of height below which a page has no room for its introduction."""


class LabPage(QWidget):
    """One page. Subclasses fill `column` and `stage` in their `__init__`, and call `apply_theme` at its end.

    `column` takes the controls, each section under a caption; `stage` what they do. `say` is for the sentence
    that says in words what is seen. What starts and stops it stands between the two, at the same place on
    every page: a `Transport` is handed to `use`, a line of other buttons to `put_below`.
    """

    def __init__(self, context: LabContext, intro: str) -> None:
        """Make the page; `intro` says at its top, in a sentence or two, what it is about."""
        super().__init__()
        self.context = context
        self._theme = context.theme()
        self.transport: Transport | None = None
        self._captions: list[QLabel] = []
        self.intro = role_label(intro, "muted")
        self.intro.setWordWrap(True)
        self.words = role_label("", "title")
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        describe(self.words, "In words", "")
        self._inner = QWidget()
        self.column = QVBoxLayout(self._inner)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._inner)
        self.stage = QVBoxLayout()
        self._right = QVBoxLayout()
        self._right.addWidget(self.intro)
        self._right.addLayout(self.stage, 1)
        self._below = QVBoxLayout()
        self._right.addLayout(self._below)
        self._right.addWidget(self.words)
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self._area)
        self._layout.addLayout(self._right, 1)

    # For subclasses -------------------------------------------------------------------------------------

    def section(self, title: str) -> QLabel:
        """Begin a section of the controls under a caption."""
        caption = role_label(title, "caption")
        self._captions.append(caption)
        self.column.addWidget(caption)
        return caption

    def use(self, transport: Transport) -> None:
        """Show it below the stage, take the keys for it, and pause it while the page is not seen."""
        self.transport = transport
        self.put_below(transport)

    def put_below(self, line: QWidget) -> None:
        """Show between the stage and the sentence what starts and stops it."""
        self._below.addWidget(line)

    def say(self, text: str, warning: bool = False) -> None:
        """Say in words what is seen; a warning in its colour."""
        role = "warning" if warning else "title"
        if self.words.property("role") != role:
            self.words.setProperty("role", role)
            self.words.style().unpolish(self.words)
            self.words.style().polish(self.words)
        if text != self.words.text():
            self.words.setText(text)

    # For the window -------------------------------------------------------------------------------------

    def pause(self) -> None:
        """Make no more steps, since nobody looks."""
        if self.transport is not None:
            self.transport.set_playing(False)

    def refresh(self) -> None:
        """Look at what is open in the window behind once more; called whenever the page comes into sight."""

    def end(self) -> None:
        """Call off whatever still goes on beside the window; the page is about to be deleted."""
        self.pause()

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        self._theme = theme
        keep_font(self.intro, body_font(theme))
        words = body_font(theme, theme.size_title)
        keep_font(self.words, words)
        self.words.setMinimumHeight(2 * QFontMetrics(words).lineSpacing())  # so that nothing moves
        for caption in self._captions:
            keep_font(caption, caption_font(theme))
        theme_descendants(self, theme)
        self._area.setFixedWidth(theme.px(COLUMN))
        self.column.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(16))
        self.column.setSpacing(theme.px(8))
        self._right.setContentsMargins(theme.px(8), theme.px(8), theme.px(16), theme.px(12))
        self._right.setSpacing(theme.px(8))
        self.stage.setSpacing(theme.px(8))
        self._layout.setSpacing(0)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give Space, S, B and R to the transport, where the focused control does not need them."""
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        focused = QApplication.focusWidget()
        if (
            plain
            and self.transport is not None
            and not belongs_to(focused, event)
            and self.transport.press(Qt.Key(event.key()))
        ):
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the introduction out where the stage needs its room."""
        super().resizeEvent(event)
        self.intro.setVisible(self.height() >= self._theme.px(LOW))

    def hideEvent(self, event: QHideEvent) -> None:
        """Pause while nobody looks."""
        self.pause()
        super().hideEvent(event)
