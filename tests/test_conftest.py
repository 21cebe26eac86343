"""The guards of conftest.py do catch what they are there for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")

INNER_TESTS = """
import threading
import platformdirs
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMenu, QWidget

kept = []

def test_leaks_a_widget(qapp):
    kept.append(QWidget())
    kept[0].setWindowTitle("forgotten")

def test_leaks_a_thread():
    threading.Thread(target=threading.Event().wait, name="playground-forgotten", daemon=True).start()

def test_cleans_up(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    QMenu(window)
    threading.Thread(target=int, name="playground-short").start()

def test_writes_settings():
    platformdirs.user_config_path("trial").mkdir(parents=True)
    platformdirs.user_data_path("trial").mkdir(parents=True)
    QSettings("trial", "trial").setValue("seen", 1)

def test_reads_settings():
    assert not platformdirs.user_config_path("trial").exists()
    assert not platformdirs.user_data_path("trial").exists()
    assert QSettings("trial", "trial").value("seen") is None
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says about the tests above, run under a copy of conftest.py in a process of its own."""
    folder = tmp_path_factory.mktemp("inner")
    shutil.copy(CONFTEST, folder / "conftest.py")
    (folder / "pytest.ini").write_text("[pytest]\nqt_api = pyside6\n", encoding="utf-8")
    (folder / "test_inner.py").write_text(INNER_TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", "-p", "no:xdist", str(folder)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment["COLUMNS"] = "200"
    result = subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    assert result.returncode == 1, result.stdout + result.stderr
    return result.stdout


@pytest.mark.parametrize(
    ("test", "culprit"),
    [("test_leaks_a_widget", "QWidget 'forgotten'"), ("test_leaks_a_thread", "playground-forgotten")],
)
def test_that_a_leak_fails_the_test(report: str, test: str, culprit: str) -> None:
    errors = [line for line in report.splitlines() if line.startswith("ERROR")]
    assert len(errors) == 2
    assert [line for line in errors if line.endswith(f"::{test} - Failed: The test left behind: {culprit}")]


@pytest.mark.parametrize("test", ["test_cleans_up", "test_writes_settings", "test_reads_settings"])
def test_that_a_tidy_test_passes_and_sees_no_settings_of_another(report: str, test: str) -> None:
    lines = [line for line in report.splitlines() if line.endswith(f"::{test}")]
    assert [line.split()[0] for line in lines] == ["PASSED"]
