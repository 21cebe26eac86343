"""The panel "Code": the network on the diagram as a Python script, in the library of one's choice."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from playground.export.code import SCRIPTS
from playground.ui.theme.fonts import body_font
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import FlowLayout, theme_descendants
from playground.ui.widgets.base import describe, keep_font
from playground.ui.widgets.code_view import CodeView
from playground.ui.widgets.segments import Segments


class CodePanel(QWidget):
    """The script, below the languages, the choice between its two forms, and buttons to copy and save it.

    Signals:
        chosen(): another language, or the other form.
        save_asked(): the script on screen is to be written to a file.
    """

    chosen = Signal()
    save_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.languages = Segments("Language of the script", SCRIPTS)
        self.trained = QPushButton("Trained weights")
        self.trained.setProperty("role", "chip")
        self.trained.setCheckable(True)
        describe(
            self.trained,
            "Trained weights",
            "Off: the script that trains this network. On: the one that answers with the weights of now.",
        )
        self.copy, self.save = QToolButton(), QToolButton()
        self.view = CodeView()
        describe(self.view, "The network as a script", "")
        describe(self.copy, "Copy the script", "Copy the whole script to the clipboard.")
        describe(self.save, "Save the script", "Write the script to a file: Save…")
        for button in (self.copy, self.save):
            button.setAutoRaise(True)
        self._lay_out()
        self.languages.chosen.connect(lambda _key: self.chosen.emit())
        self.trained.toggled.connect(lambda _on: self.chosen.emit())
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self.view.toPlainText()))
        self.save.clicked.connect(self.save_asked)
        self.apply_theme(theme)

    def _lay_out(self) -> None:
        buttons = QWidget()
        self._row = QHBoxLayout(buttons)
        self._row.setContentsMargins(0, 0, 0, 0)
        for button in (self.trained, self.copy, self.save):
            self._row.addWidget(button)
        self._choices = QWidget()
        self._flow = FlowLayout(self._choices, 12)
        self._flow.addWidget(self.languages)
        self._flow.addWidget(buttons)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._choices)
        self._column.addWidget(self.view, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the choices the lines that they need: a dock does not ask how high they are."""
        super().resizeEvent(event)
        self._choices.setMinimumHeight(self._flow.heightForWidth(self._choices.width()))

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        theme_descendants(self, theme)
        keep_font(self.trained, body_font(theme))
        for button, name in ((self.copy, "copy"), (self.save, "save")):
            button.setIcon(icon(name, theme))
            button.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.view.setMinimumHeight(theme.px(40))
        self._flow.setSpacing(theme.px(4))
        self._row.setSpacing(theme.px(4))
        self._column.setSpacing(theme.px(4))
        self._column.setContentsMargins(theme.px(16), 0, theme.px(8), theme.px(8))
