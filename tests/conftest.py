"""What every test gets: no display, folders of its own, and a check that it leaves nothing behind.

Qt is imported inside functions, so that the tests of the engine do not wait for it.
"""

import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# On CI the same examples every time, so that a failure there is always due to the change; at a desk new ones,
# to find what nobody thought of. No deadline: machines are shared.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("desk", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "desk")

# Before Qt and NumPy are imported. Set QT_QPA_PLATFORM yourself (xcb, wayland, cocoa) to watch the tests.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# How platformdirs is told on each system where a person's folders are.
CONFIG_VARIABLES = ("XDG_CONFIG_HOME", "WIN_PD_OVERRIDE_LOCAL_APPDATA", "WIN_PD_OVERRIDE_APPDATA")
DATA_VARIABLES = ("XDG_DATA_HOME", "XDG_STATE_HOME")

THREAD_PREFIX = "playground"
# Qt keeps its tool tip for as long as the application lives.
KEPT_BY_QT = ("QTipLabel",)


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test empty folders for settings and data, so that none reads or spoils a person's own."""
    home = tmp_path_factory.mktemp("person")
    for names, folder in ((CONFIG_VARIABLES, home / "config"), (DATA_VARIABLES, home / "data")):
        for name in names:
            monkeypatch.setenv(name, str(folder))
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QSettings

        # Qt reads the variables once, so it has to be told again for every test.
        for kind in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
            QSettings.setPath(kind, QSettings.Scope.UserScope, str(home / "config"))


@pytest.fixture(autouse=True)
def no_compilers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test start a compiler or load its kernels by the way: they ask for them where they need them."""
    monkeypatch.setattr("playground.training.kernels.KernelDesk.allow", lambda _desk, _cache: None)


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a window or a running thread of the playground behind."""
    widgets_before, threads_before = top_level_widgets(), set(threading.enumerate())
    yield
    threads = running_threads(threads_before)
    widgets = left_widgets(widgets_before)
    names = [thread.name for thread in threads] + [describe(widget) for widget in widgets]
    for widget in widgets:
        # The next test is not to blame for them.
        widget.close()
        widget.deleteLater()
    if names:
        pytest.fail(f"The test left behind: {', '.join(names)}", pytrace=False)


def running_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    """The playground's new threads that are still at work after a moment to finish in."""
    new = [thread for thread in threading.enumerate() if thread not in before]
    ours = [thread for thread in new if thread.name.startswith(THREAD_PREFIX)]
    for thread in ours:
        thread.join(timeout=1.0)
    return [thread for thread in ours if thread.is_alive()]


def top_level_widgets() -> list[Any]:
    """The windows there are; none where no test has made an application yet."""
    if "PySide6.QtWidgets" not in sys.modules:
        return []
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        return []
    # A menu or dialog with a parent goes when its parent goes.
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.parent() is None and widget.metaObject().className() not in KEPT_BY_QT
    ]


def left_widgets(before: list[Any]) -> list[Any]:
    """The windows that were not there before, after everything marked for deletion is gone."""
    if not [widget for widget in top_level_widgets() if widget not in before]:
        return []
    import gc

    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if [widget for widget in top_level_widgets() if widget not in before]:
        # A hidden menu may hang in a cycle of references that nobody has collected yet.
        gc.collect()
    return [widget for widget in top_level_widgets() if widget not in before]


def describe(widget: Any) -> str:
    """Name a window in a way that helps to find it."""
    title = widget.windowTitle() or widget.objectName()
    return f"{type(widget).__name__} {title!r}" if title else type(widget).__name__
