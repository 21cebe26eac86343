"""The decisions of the set-up scripts: what is set up, what is missing, what is started."""

import ast
import contextlib
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"


def load(name: str) -> ModuleType:
    """Import one of the scripts under a name of its own (`test` is taken)."""
    specification = importlib.util.spec_from_file_location(f"scripts_{name}", SCRIPTS / f"{name}.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


sys.path.insert(0, str(SCRIPTS))
import bootstrap  # noqa: E402 (found through the line above, as it is by the scripts)

play = load("play")
checks = load("test")
sys.path.remove(str(SCRIPTS))

HERE = bootstrap.VERSION


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that looks enough like the repository for the set-up to decide on."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "constraints.txt").write_text("numpy==2.0.0\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    return tmp_path


class FakeRun:
    """Stands in for subprocess.run: keeps the commands, and acts as python, venv and pip would."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.version = HERE
        self.failing = ""

    def __call__(self, command: list[Any], **_options: Any) -> subprocess.CompletedProcess[str]:
        words = [str(word) for word in command]
        if "-c" in words and "import sys, pip" in words[words.index("-c") + 1]:
            if not self.version:
                raise FileNotFoundError(words[0])
            return subprocess.CompletedProcess(words, 0, stdout=f"{self.version}\n")
        self.commands.append(words)
        return subprocess.CompletedProcess(words, int(bool(self.failing) and self.failing in words))

    @property
    def steps(self) -> list[str]:
        """The modules that were run, in order."""
        return [words[words.index("-m") + 1] for words in self.commands]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> FakeRun:
    fake = FakeRun()
    monkeypatch.setattr(bootstrap.subprocess, "run", fake)
    return fake


# --- An old Python -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bootstrap", "play", "test"])
def test_that_an_old_python_can_read_the_script(name: str) -> None:
    source = (SCRIPTS / f"{name}.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    assert "from __future__" not in source


def test_that_an_old_python_gets_one_sentence() -> None:
    code = "import sys; sys.version_info = (3, 9, 1); import bootstrap"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert result.stderr == "The playground needs Python 3.11 or newer, and this is Python 3.9.1.\n"


# --- The virtual environment -------------------------------------------------------------------------------


def test_that_a_fresh_checkout_is_set_up(checkout: Path, run: FakeRun) -> None:
    python = bootstrap.prepare(checkout)
    assert run.steps == ["venv", "pip"]
    assert python.is_relative_to(checkout / ".venv")
    assert bootstrap.read_stamp(checkout / ".venv") == bootstrap.wanted_stamp(checkout, ())


def test_that_the_second_time_nothing_is_run(checkout: Path, run: FakeRun) -> None:
    bootstrap.prepare(checkout)
    run.commands.clear()
    bootstrap.prepare(checkout)
    assert run.commands == []


@pytest.mark.parametrize("name", ["pyproject.toml", "scripts/constraints.txt"])
def test_that_changed_requirements_are_installed_without_a_new_environment(
    checkout: Path, run: FakeRun, name: str
) -> None:
    bootstrap.prepare(checkout)
    run.commands.clear()
    (checkout / name).write_text("changed\n", encoding="utf-8")
    bootstrap.prepare(checkout)
    assert run.steps == ["pip"]


def test_that_the_tests_extra_is_added_and_then_kept(checkout: Path, run: FakeRun) -> None:
    bootstrap.prepare(checkout)
    bootstrap.prepare(checkout, ("test",))
    assert ".[test]" in run.commands[-1]
    run.commands.clear()
    bootstrap.prepare(checkout)
    assert run.commands == []
    (checkout / "pyproject.toml").write_text("changed\n", encoding="utf-8")
    bootstrap.prepare(checkout)
    assert ".[test]" in run.commands[-1]


@pytest.mark.parametrize(
    ("stamp", "version", "reason"),
    [
        ({}, "", "the Python in it does not start"),
        ({}, "3.9", f"it was made with Python 3.9, and this is Python {HERE}"),
        ({"finished": False}, HERE, "an earlier set-up did not finish"),
        ({"finished": True, "folder": "/elsewhere"}, HERE, "the folder has been moved or copied"),
        ({"finished": True, "folder": "/here"}, HERE, ""),
        ({}, HERE, ""),
    ],
)
def test_that_a_useless_environment_is_told_from_a_good_one(
    tmp_path: Path, run: FakeRun, stamp: dict[str, Any], version: str, reason: str
) -> None:
    run.version = version
    assert bootstrap.why_make(tmp_path, stamp, Path("/here")) == reason


def test_that_a_broken_environment_is_made_anew(
    checkout: Path, run: FakeRun, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap.prepare(checkout)
    run.commands.clear()
    run.version = ""
    left = checkout / ".venv" / "left-over"
    left.touch()
    bootstrap.prepare(checkout)
    assert run.steps == ["venv", "pip"]
    assert not left.exists()
    assert "Making .venv: the Python in it does not start" in capsys.readouterr().out


def test_that_an_interrupted_set_up_is_begun_again(
    checkout: Path, run: FakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "install", interrupt)
        with pytest.raises(KeyboardInterrupt):
            bootstrap.prepare(checkout)
    run.commands.clear()
    bootstrap.prepare(checkout)
    assert run.steps == ["venv", "pip"]


def test_that_a_failing_pip_is_a_sentence_and_keeps_what_worked(checkout: Path, run: FakeRun) -> None:
    bootstrap.prepare(checkout)
    before = bootstrap.read_stamp(checkout / ".venv")
    (checkout / "pyproject.toml").write_text("changed\n", encoding="utf-8")
    run.failing = "pip"
    with pytest.raises(bootstrap.SetUpError, match="Is this machine online"):
        bootstrap.prepare(checkout)
    assert bootstrap.read_stamp(checkout / ".venv") == before


def test_that_a_failing_pip_leaves_no_empty_environment_that_looks_finished(
    checkout: Path, run: FakeRun
) -> None:
    bootstrap.prepare(checkout)
    run.version = ""
    run.failing = "pip"
    with pytest.raises(bootstrap.SetUpError):
        bootstrap.prepare(checkout)
    run.version, run.failing = HERE, ""
    run.commands.clear()
    bootstrap.prepare(checkout)
    assert run.steps == ["venv", "pip"]


def test_that_an_environment_made_by_hand_is_updated_and_not_deleted(checkout: Path, run: FakeRun) -> None:
    (checkout / ".venv").mkdir()
    run.failing = "pip"
    with pytest.raises(bootstrap.SetUpError):
        bootstrap.prepare(checkout)
    run.failing = ""
    bootstrap.prepare(checkout)
    assert run.steps == ["pip", "pip"]


def test_that_a_link_in_the_place_of_the_environment_is_not_followed(checkout: Path, run: FakeRun) -> None:
    elsewhere = checkout / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    (checkout / ".venv").symlink_to(elsewhere)
    run.version = ""
    bootstrap.prepare(checkout)
    assert (elsewhere / "precious").exists()
    assert not (checkout / ".venv").is_symlink()


@pytest.mark.parametrize("content", ["", "[1, 2]", "{"])
def test_that_a_spoilt_stamp_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "playground-stamp.json").write_text(content, encoding="utf-8")
    assert bootstrap.read_stamp(tmp_path) == {}


def test_that_the_command_is_named_where_python_lacks_venv(
    checkout: Path, run: FakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(bootstrap.SetUpError, match=rf"sudo apt-get install .* python{re.escape(HERE)}-venv$"):
        bootstrap.prepare(checkout)
    assert run.commands == []


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (bootstrap.SetUpError("Do this first."), 1, "Do this first."),
        (OSError("no space left"), 1, "no space left"),
        (KeyboardInterrupt(), 130, "Interrupted."),
    ],
)
def test_that_no_traceback_reaches_the_person(
    error: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def main(_arguments: list[str]) -> int:
        raise error

    assert bootstrap.guarded(main) == code
    assert words in capsys.readouterr().out


def test_that_every_constraint_names_one_version() -> None:
    lines = (SCRIPTS / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []


# --- System libraries --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libEGL.so.1", "libegl1"),
        ("libGL.so.1", "libgl1"),
        ("libX11.so.6", "libx11-6"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libfontconfig.so.1", "libfontconfig1"),
        ("libfreetype.so.6", "libfreetype6"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libgthread-2.0.so.0", "libglib2.0-0"),
        ("libxkbcommon.so.0", "libxkbcommon0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxcb-render-util.so.0", "libxcb-render-util0"),
        ("libxcb-xkb.so.1", "libxcb-xkb1"),
        ("libwayland-cursor.so.0", "libwayland-cursor0"),
        ("libz.so.1", "zlib1g"),
        ("libzstd.so.1", "libzstd1"),
    ],
)
def test_that_a_library_is_traced_to_its_package(library: str, package: str) -> None:
    assert bootstrap.package_of(library) == package


def test_that_a_machine_without_fonts_gets_one() -> None:
    assert bootstrap.packages_for(["libfontconfig.so.1"]) == ["libfontconfig1", "fonts-dejavu-core"]


def test_that_what_ldd_misses_is_listed_once() -> None:
    output = (
        "QtWidgets.abi3.so:\n\tlibEGL.so.1 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x00007f)\n"
        "libqxcb.so:\n\tlibxcb-cursor.so.0 => not found\n\tlibEGL.so.1 => not found\n"
    )
    assert bootstrap.not_found(output) == ["libEGL.so.1", "libxcb-cursor.so.0"]


def test_that_a_library_is_loadable_or_not() -> None:
    assert bootstrap.loadable("libc.so.6") is sys.platform.startswith("linux")
    assert not bootstrap.loadable("libplayground-does-not-exist.so.1")


def provide(monkeypatch: pytest.MonkeyPatch, lacking: dict[str, list[str]], user: int = 0) -> list[list[str]]:
    """Let provide_libraries() act on a machine where each platform lacks these; give apt-get's commands."""
    commands: list[list[str]] = []

    def apt(command: list[str], **_options: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        if "install" in command:
            lacking.update({platform: [] for platform in lacking})
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(bootstrap, "missing_libraries", lambda _venv, platform: lacking[platform])
    monkeypatch.setattr(bootstrap.subprocess, "run", apt)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: user, raising=False)
    bootstrap.provide_libraries(Path("venv"), tuple(lacking))
    return commands


def test_that_nothing_is_installed_where_one_platform_works(monkeypatch: pytest.MonkeyPatch) -> None:
    assert provide(monkeypatch, {"wayland": ["libwayland-cursor.so.0"], "xcb": []}) == []


def test_that_root_gets_the_libraries_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = provide(monkeypatch, {"offscreen": ["libEGL.so.1", "libxkbcommon.so.0"]})
    install = ["apt-get", "install", "-y", "--no-install-recommends", "libegl1", "libxkbcommon0"]
    assert commands == [["apt-get", "update"], install]
    assert "libEGL.so.1" in capsys.readouterr().out


def test_that_anybody_else_is_told_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(bootstrap.SetUpError, match=r"sudo apt-get install .* libegl1$"):
        provide(monkeypatch, {"offscreen": ["libEGL.so.1"]}, user=1000)


# --- The display -------------------------------------------------------------------------------------------


@pytest.fixture
def listening() -> Iterator[Path]:
    """A folder in which an X server listens at display 7 and a Wayland one at wayland-0."""
    if not hasattr(socket, "AF_UNIX"):
        pytest.skip("this system has no Unix sockets")
    # Not tmp_path: a socket's path may have no more than a hundred letters.
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as sockets:
        for name in ("X7", "wayland-0"):
            server = sockets.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            server.bind(f"{folder}/{name}")
            server.listen()
        yield Path(folder)


@pytest.mark.parametrize(
    ("display", "there"), [(":7", True), (":7.0", True), ("unix:7", True), (":8", False)]
)
def test_that_an_x_display_counts_only_if_it_answers(listening: Path, display: str, there: bool) -> None:
    assert bootstrap.x_answers(display, listening) is there


@pytest.mark.parametrize("display", ["", ":", "nonsense", ":x", "localhost:99999"])
def test_that_a_senseless_display_is_none(tmp_path: Path, display: str) -> None:
    assert not bootstrap.x_answers(display, tmp_path)


def test_that_a_display_over_the_network_is_asked_at_its_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1] - 6000
        assert bootstrap.x_answers(f"localhost:{number}.0")
    assert not bootstrap.x_answers(f"localhost:{number}.0")


def test_that_wayland_counts_only_if_it_answers(listening: Path, tmp_path: Path) -> None:
    assert bootstrap.displays({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(listening)}) == (
        "wayland",
    )
    assert bootstrap.displays({"WAYLAND_DISPLAY": str(listening / "wayland-0")}) == ("wayland",)
    assert bootstrap.displays({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)}) == ()
    assert bootstrap.displays({}) == ()


# --- What is started ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [(), ("window",), ("--open", "xor"), ("window", "--open", "train")])
def test_that_the_window_is_recognised(arguments: tuple[str, ...]) -> None:
    assert play.wants_window(arguments)


@pytest.mark.parametrize(
    "arguments",
    [("train", "spiral"), ("examples",), ("--version",), ("-V",), ("--help",), ("window", "--help")],
)
def test_that_other_commands_need_neither_display_nor_qt(arguments: tuple[str, ...]) -> None:
    assert not play.wants_window(arguments)
    launch = play.plan(arguments, {"HOME": "/"}, ())
    assert launch == play.Launch(arguments, {"HOME": "/"})


def test_that_the_window_opens_where_there_is_a_display() -> None:
    launch = play.plan(("--open", "xor"), {"DISPLAY": ":0"}, ("xcb",))
    assert launch == play.Launch(("--open", "xor"), {"DISPLAY": ":0"}, ("xcb",))


@pytest.mark.parametrize("arguments", [("--open", "xor"), ("window", "--open", "xor")])
def test_that_without_a_display_the_window_is_drawn_into_a_picture(arguments: tuple[str, ...]) -> None:
    launch = play.plan(arguments, {"DISPLAY": ":99"}, ())
    assert launch.arguments == ("window", "--picture", "playground.png", "--open", "xor")
    assert launch.environment == {"QT_QPA_PLATFORM": "offscreen"}
    assert launch.platforms == ("offscreen",)
    assert launch.note.startswith("No display here")
    assert "playground.png" in launch.note


@pytest.mark.parametrize("option", [("--picture", "mine.png"), ("--picture=mine.png",)])
def test_that_a_picture_asked_for_is_drawn_off_screen(option: tuple[str, ...]) -> None:
    launch = play.plan(("window", *option), {}, ("xcb",))
    assert launch == play.Launch(("window", *option), {"QT_QPA_PLATFORM": "offscreen"}, ("offscreen",))


def test_that_a_platform_chosen_by_the_person_is_respected() -> None:
    environment = {"QT_QPA_PLATFORM": "vnc"}
    assert play.plan((), environment, ()) == play.Launch((), environment)
    assert play.plan((), {"QT_QPA_PLATFORM": "offscreen"}, ("xcb",)).platforms == ("offscreen",)


# --- The checks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ((), ("-m", "pytest", "-n", "auto")),
        (("tests/engine", "-x"), ("-m", "pytest", "-n", "auto", "tests/engine", "-x")),
        (("-n", "4"), ("-m", "pytest", "-n", "4")),
        (("-p", "no:xdist"), ("-m", "pytest", "-p", "no:xdist")),
    ],
)
def test_that_pytest_uses_all_cores_unless_told_otherwise(
    arguments: tuple[str, ...], command: tuple[str, ...]
) -> None:
    assert checks.pytest_command(arguments) == command


def run_checks(monkeypatch: pytest.MonkeyPatch, codes: dict[str, int]) -> tuple[int, list[str]]:
    """Run scripts/test.py with the exit codes of its steps given; its own exit code and what was run."""
    ran: list[str] = []

    def fake(command: list[str], env: dict[str, str], **_options: Any) -> subprocess.CompletedProcess[str]:
        assert env["QT_QPA_PLATFORM"] == "offscreen"
        name = "lint_imports" if "-c" in command else command[2]
        ran.append(name)
        return subprocess.CompletedProcess(command, codes.get(name, 0))

    monkeypatch.setattr(checks.bootstrap, "prepare", lambda extras: Path("venv/bin/python"))
    monkeypatch.setattr(checks.bootstrap, "provide_libraries", lambda venv, platforms: None)
    monkeypatch.setattr(checks.subprocess, "run", fake)
    return checks.main([]), ran


def test_that_every_check_runs_and_pytest_comes_last(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, ran = run_checks(monkeypatch, {})
    assert (code, ran) == (0, ["ruff", "ruff", "mypy", "lint_imports", "pytest"])
    assert capsys.readouterr().out.endswith("All 5 steps passed.\n")


@pytest.mark.parametrize(("codes", "names"), [({"mypy": 1}, "mypy"), ({"pytest": 5}, "pytest")])
def test_that_one_failure_fails_the_whole_but_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], codes: dict[str, int], names: str
) -> None:
    code, ran = run_checks(monkeypatch, codes)
    assert (code, len(ran)) == (1, 5)
    assert capsys.readouterr().out.endswith(f"FAILED: {names}.\n")


def test_that_the_ci_runs_what_a_developer_runs() -> None:
    script = SCRIPTS.parent / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert 'exec python3 scripts/test.py "$@"' in script.read_text(encoding="utf-8")


def test_that_the_stamp_can_be_read_by_a_person(tmp_path: Path) -> None:
    bootstrap.write_stamp(tmp_path, {"finished": True})
    assert json.loads((tmp_path / "playground-stamp.json").read_text(encoding="utf-8")) == {"finished": True}
