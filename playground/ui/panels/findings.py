"""What is to be tried when something is wrong: one remedy beside the status line's words, all in a pop-up."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from playground.training.diagnosis import Finding
from playground.training.remedies import Remedy
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import FlowLayout
from playground.ui.widgets.base import describe, keep_font, role_label

APPEARS, VANISHES = 2, 4
"""How often in a row something must be found, or not be found any more, before the line changes."""

WIDTH = 440


class Steady:
    """Lets findings come and go slowly, so that nothing flickers while a run plays."""

    def __init__(self) -> None:
        self._shown: tuple[Finding, ...] = ()
        self._seen: dict[str, int] = {}
        self._missed: dict[str, int] = {}

    def forget(self) -> None:
        """Begin anew: it is another experiment, or another run."""
        self._shown = ()
        self._seen.clear()
        self._missed.clear()

    def look(self, found: tuple[Finding, ...], at_once: bool) -> tuple[Finding, ...]:
        """Return what is to be shown now that so much was found."""
        keys = {finding.key for finding in found}
        self._seen = {key: self._seen.get(key, 0) + 1 for key in keys}
        gone = [one for one in self._shown if one.key not in keys]
        self._missed = {one.key: self._missed.get(one.key, 0) + 1 for one in gone}
        stay = [one for one in gone if self._missed[one.key] < VANISHES and not one.pressing]
        come = [one for one in found if one.pressing or self._seen[one.key] >= APPEARS or self._has(one)]
        self._shown = found if at_once else (*come, *(() if come and come[0].pressing else stay))
        return self._shown

    def _has(self, finding: Finding) -> bool:
        return any(one.key == finding.key for one in self._shown)


class FindingsLine(QWidget):
    """The most promising remedy as a button, and a button for all findings where there is more to choose.

    Signals:
        chosen(Remedy): the person wants to try it.
    """

    chosen = Signal(object)

    def __init__(self, keys: str, theme: Theme) -> None:
        super().__init__()
        self._keys, self._theme = keys, theme
        self._found: tuple[Finding, ...] = ()
        self.first = QPushButton()
        self.more = QPushButton()
        for button in (self.first, self.more):
            button.setProperty("role", "line_link")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.first.clicked.connect(self.try_first)
        self.more.clicked.connect(self.open)
        describe(self.first, "Remedy", "What is to be tried first when something is wrong.")
        describe(self.more, "All findings", "Everything that was found, with its evidence and what to try.")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.first)
        row.addWidget(self.more)
        self.popup = _List(self)
        self.popup.chosen.connect(self._choose)
        self.show_findings(())
        self.apply_theme(theme)

    @property
    def found(self) -> tuple[Finding, ...]:
        """What is offered a remedy for at present, the most pressing first."""
        return self._found

    @property
    def remedy(self) -> Remedy | None:
        """What a click would do; None where there is nothing to be done."""
        return self._found[0].remedies[0] if self._found and self._found[0].remedies else None

    def show_findings(self, found: tuple[Finding, ...]) -> None:
        """Offer what is to be tried."""
        if found == self._found and not self.isHidden():
            self._found = found
            return
        self._found = found
        remedy = self.remedy
        self.first.setVisible(remedy is not None)
        if remedy is not None:
            self.first.setText(f"{remedy.label} ({self._keys})")
            evidence = f"{found[0].evidence}\n" if found[0].evidence else ""
            describe(self.first, remedy.label, f"{evidence}Try it; Undo takes it back. ({self._keys})")
        choices = sum(max(len(finding.remedies), 1) for finding in found)
        self.more.setVisible(choices > 1)
        self.more.setText(f"{len(found)} findings…" if len(found) > 1 else "More…")
        self.setVisible(remedy is not None or choices > 1)
        if not found:
            self.popup.hide()

    def try_first(self) -> None:
        """Do what the button says, if there is something to be done."""
        if self.remedy is not None:
            self.chosen.emit(self.remedy)

    def open(self) -> None:
        """List all findings above the line."""
        self.popup.show_findings(self._found, self._theme)
        size = self.popup.sizeHint()
        corner = self.mapToGlobal(QPoint(self.width() - size.width(), -size.height()))
        self.popup.move(corner)
        self.popup.show()

    def _choose(self, remedy: Remedy) -> None:
        self.popup.hide()
        self.chosen.emit(remedy)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts."""
        self._theme = theme
        for button in (self.first, self.more):
            keep_font(button, body_font(theme))


class _List(QWidget):
    """The pop-up with every finding, its evidence and its remedies."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._rows = QVBoxLayout(self)

    def show_findings(self, found: Iterable[Finding], theme: Theme) -> None:
        """List these."""
        while (item := self._rows.takeAt(0)) is not None:
            entry = item.widget()
            if entry is not None:
                entry.hide()
                entry.deleteLater()
        self._rows.setContentsMargins(*[theme.px(14)] * 4)
        self._rows.setSpacing(theme.px(14))
        for finding in found:
            self._rows.addWidget(self._entry(finding, theme))
        self.setFixedSize(theme.px(WIDTH), self._rows.heightForWidth(theme.px(WIDTH)))

    def _entry(self, finding: Finding, theme: Theme) -> QWidget:
        entry = QWidget()
        column = QVBoxLayout(entry)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        for text, role in ((finding.sentence, "text"), (finding.evidence, "muted")):
            if text:
                label = role_label(text, role)
                label.setWordWrap(True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
                keep_font(label, body_font(theme))
                column.addWidget(label)
        if finding.remedies:
            column.addWidget(self._remedies(finding, theme))
        return entry

    def _remedies(self, finding: Finding, theme: Theme) -> QWidget:
        buttons = QWidget()
        flow = FlowLayout(buttons, theme.px(6))
        for remedy in finding.remedies:
            button = QPushButton(remedy.label)
            button.setProperty("role", "slim")
            describe(button, remedy.label, "Try it; Undo takes it back.")
            keep_font(button, body_font(theme, bold=True))
            button.clicked.connect(partial(self.chosen.emit, remedy))
            flow.addWidget(button)
        buttons.setFixedHeight(flow.heightForWidth(theme.px(WIDTH - 28)))
        return buttons

    def entries(self) -> list[str]:
        """Return what is listed, in words."""
        return [label.text() for label in self.findChildren(QLabel) if label.text()]
