"""Rules about the source that neither ruff, mypy nor import-linter can hold."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "playground"
THEME = PACKAGE / "ui" / "theme"
MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = [*MODULES, *sorted((ROOT / "scripts").glob("*.py")), *sorted((ROOT / "tests").rglob("*.py"))]

MOST_LINES = 600
HEX_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b|\brgba?\(\s*\d")
TAKES_A_COLOUR = ("QColor", "fromRgb", "fromRgbF", "mkColor", "mkPen", "mkBrush")
HEAVY = ("numpy", "PySide6", "pyqtgraph", "typer", "rich", "pydantic", "platformdirs")
QT = ("PySide6", "shiboken6", "pyqtgraph")


def name_of(path: Path) -> str:
    """A test's name for a file."""
    return path.relative_to(ROOT).as_posix()


def docstrings(tree: ast.Module) -> set[int]:
    """The nodes that are documentation, by identity."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    owners = [node for node in ast.walk(tree) if isinstance(node, documented) and ast.get_docstring(node)]
    return {id(owner.body[0].value) for owner in owners if isinstance(owner.body[0], ast.Expr)}


def is_number(node: ast.expr) -> bool:
    """Whether the node is a number written out."""
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def is_colour_call(node: ast.Call) -> bool:
    """Whether the call makes a colour of three or more numbers written out."""
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    values = node.args[0].elts if node.args and isinstance(node.args[0], ast.Tuple) else node.args
    return name in TAKES_A_COLOUR and len(values) >= 3 and all(map(is_number, values[:3]))


def colour_literals(source: str) -> list[int]:
    """The lines on which a colour is written out; documentation may speak of colours."""
    tree = ast.parse(source)
    spared = docstrings(tree)
    lines = []
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if (id(node) not in spared and HEX_COLOUR.search(text)) or (
            isinstance(node, ast.Call) and is_colour_call(node)
        ):
            lines.append(node.lineno)
    return sorted(lines)


def imported_by(code: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after running this."""
    report = "import json, sys; sys.stderr.write(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    result = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stderr))


@pytest.mark.parametrize(
    "line",
    [
        'x = "#f59322"',
        'x = f"color: #FFF; width: {1}px"',
        'x = "rgba(10, 20, 30, 0.5)"',
        "x = QColor(245, 147, 34)",
        "x = QtGui.QColor(245, 147, 34, 128)",
        "x = pg.mkPen((8, 119, 189), width=2)",
    ],
)
def test_that_a_colour_written_out_is_seen(line: str) -> None:
    assert colour_literals(f'"""Doc."""\n{line}\n') == [2]


@pytest.mark.parametrize(
    "line",
    ['"""Orange is #f59322."""', "x = QColor(theme.negative)", 'x = "#1 of 3"', "x = mkPen(pen, width=2)"],
)
def test_that_what_is_no_colour_is_let_pass(line: str) -> None:
    assert colour_literals(f"{line}\n") == []


@pytest.mark.parametrize("path", [path for path in MODULES if THEME not in path.parents], ids=name_of)
def test_that_colours_are_named_by_the_theme_alone(path: Path) -> None:
    assert colour_literals(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_that_every_file_is_short_and_says_what_it_is_for(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MOST_LINES
    assert ast.get_docstring(ast.parse(source)), f"{name_of(path)} has no docstring"


def test_that_asking_for_the_version_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['playground', '--version']\n"
        "from playground.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code"
    )
    loaded = imported_by(code)
    assert "playground" in loaded
    assert loaded.isdisjoint(HEAVY), loaded & set(HEAVY)


@pytest.mark.parametrize("module", ["playground.training", "playground.cli", "playground.export"])
def test_that_training_without_a_window_needs_no_qt(module: str) -> None:
    # Every module of a package: its __init__ may import none of them.
    code = (
        f"import importlib, pkgutil; package = importlib.import_module('{module}')\n"
        "for found in pkgutil.iter_modules(getattr(package, '__path__', ()), package.__name__ + '.'):\n"
        "    importlib.import_module(found.name)"
    )
    loaded = imported_by(code)
    assert "playground" in loaded
    assert loaded.isdisjoint(QT), loaded & set(QT)


def test_that_the_engine_needs_numpy_alone() -> None:
    code = (
        "import importlib, pkgutil, playground.engine as package\n"
        "for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "    if '.kernels.' not in found.name:\n"
        "        importlib.import_module(found.name)"
    )
    loaded = imported_by(code)
    assert "numpy" in loaded
    assert loaded.isdisjoint({*QT, "pydantic", "typer", "rich", "platformdirs", "cupy", "numba"})
