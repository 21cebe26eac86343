"""Where something is to be written: endings are added, and nothing is replaced that was not asked about."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow

from playground.experiment import files
from playground.ui.dialogs.saving import ask_path

YES, NO = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No


class Person:
    """Types one name in every file dialog, and gives one answer to every question."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.name, self.kind, self.answer = "", "", NO
        self.asked: list[str] = []
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (self.name, self.kind))
        monkeypatch.setattr(QMessageBox, "question", self._say)

    def _say(self, _parent: object, _title: str, text: str, *_more: object) -> QMessageBox.StandardButton:
        self.asked.append(text)
        return self.answer


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Person:
    """Asked for before the window, it outlives it."""
    return Person(monkeypatch)


@pytest.mark.parametrize(
    ("typed", "suffix", "written"),
    [
        ("rows", ".csv", "rows.csv"),
        ("spiral 2.5", ".keras.py", "spiral 2.5.keras.py"),
        ("net.py", ".plain.py", "net.py"),
        ("net.TORCH.PY", ".plain.py", "net.TORCH.PY"),
        ("rows.txt", ".csv", "rows.txt.csv"),
    ],
)
@pytest.mark.parametrize("answer", [YES, NO])
def test_that_a_file_is_replaced_only_when_one_was_asked_about_its_name(
    person: Person, qtbot: QtBot, tmp_path: Path, typed: str, suffix: str, written: str, answer: object
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    person.name, person.answer = str(tmp_path / typed), answer
    assert ask_path(parent, "Save", "", "a", {"Kind": suffix}) == tmp_path / written
    assert person.asked == []
    (tmp_path / written).write_text("old")
    path = ask_path(parent, "Save", "", "a", {"Kind": suffix})
    if typed == written:  # the file dialog has asked
        assert path == tmp_path / written
        assert person.asked == []
    else:
        assert path == (tmp_path / written if answer == YES else None)
        assert person.asked == [f"{written} is there already. Replace?"]


@pytest.mark.parametrize(
    ("action", "written"), [("save_as", "a.nnp"), ("export_data", "a.csv"), ("export_history", "a.csv")]
)
def test_that_no_menu_replaces_a_file_that_was_not_chosen(
    person: Person, make_window: MakeWindow, tmp_path: Path, action: str, written: str
) -> None:
    window = make_window(files.example("circle"))
    (tmp_path / written).write_text("old")
    person.name = str(tmp_path / "a")
    window.actions_by_key[action].trigger()
    assert person.asked == [f"{written} is there already. Replace?"]
    assert not window.desk._saving.is_busy
    assert (tmp_path / written).read_text() == "old"


@pytest.mark.parametrize("trained", [False, True])
def test_that_the_script_of_the_tab_is_written_under_the_very_name_that_was_chosen(
    person: Person, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, trained: bool
) -> None:
    window = make_window(files.example("circle"))
    window.actions_by_key["code"].trigger()
    panel = window.code.panel
    qtbot.waitUntil(panel.isVisible)
    panel.languages.chips["plain"].click()
    panel.trained.setChecked(trained)
    other = tmp_path / "net.plain.py"
    other.write_text("old")
    person.name = str(tmp_path / "net.torch.py")
    said: list[str] = []
    window.code.noticed.connect(lambda words, _warning: said.append(words))
    panel.save_asked.emit()
    qtbot.waitUntil(lambda: any(words.startswith("Wrote net.torch.py") for words in said), timeout=20_000)
    text = (tmp_path / "net.torch.py").read_text(encoding="utf-8")
    assert "import torch" not in text
    assert text == window.code.text()
    assert other.read_text() == "old"
    person.name = str(tmp_path / "net")
    panel.save_asked.emit()
    assert person.asked == ["net.plain.py is there already. Replace?"]
    assert other.read_text() == "old"
