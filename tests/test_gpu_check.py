"""The examination of a graphics card: what it imports, what it finds over the stand-in, its exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOT_NEEDED = (
    *("numba", "llvmlite", "scipy", "PySide6", "pyqtgraph", "pydantic", "typer", "rich"),
    *("platformdirs", "psutil", "pytest", "hypothesis", "sklearn", "torch"),
)

PROGRAM = """
import sys
from dataclasses import replace
from importlib.abc import MetaPathFinder

class Blocker(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"{{name}} is not here", name=name)

sys.meta_path.insert(0, Blocker())
sys.path[:0] = [{root!r}, {root!r} + "/scripts", {root!r} + "/tests/engine"]
import engine_contract, gpu_check
{change}
sys.exit(gpu_check.main({arguments!r}))
"""

OVER_THE_STAND_IN = """
from engine_stand_in import Library, StandInBackend
gpu_check._why_not, gpu_check._on_card = (lambda: None), StandInBackend
every = list(engine_contract.cases())
engine_contract.cases = lambda: every[::24]
gpu_check.NETWORKS = [replace(gpu_check.NETWORKS[0], share=0.5)]
gpu_check.SGEMM_SIZE = 32
"""


def run(change: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the script says and does where nothing but Python and NumPy can be imported."""
    program = PROGRAM.format(blocked=NOT_NEEDED, root=str(ROOT), change=change, arguments=list(arguments))
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_that_one_sentence_says_that_there_is_no_card() -> None:
    done = run("sys.modules['cupy'] = None")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("not run on a GPU: CuPy is not installed")
    assert done.stderr.count("\n") == 1


def test_that_the_contract_and_the_times_come_in_one_object() -> None:
    done = run(OVER_THE_STAND_IN, "--json", "--quick")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["failed"] == 0
    assert {verdict["way"] for verdict in found["contract"]} == {"graphs", "step by step"}
    assert all(
        verdict["ok"] and verdict["difference"] <= verdict["tolerance"] for verdict in found["contract"]
    )
    (speed,) = found["speeds"]
    assert set(speed["steps_per_second"]) == {"graphs", "step by step", "NumPy"}
    assert speed["look_ms"] > 0.0
    assert speed["share_of_sgemm"] > 0.0


def test_that_the_findings_can_be_read() -> None:
    done = run(OVER_THE_STAND_IN, "--quick")
    assert done.returncode == 0, done.stderr
    assert "OK   activation linear, float32, graphs: " in done.stdout
    assert "0 failed" in done.stdout
    assert "steps/s" in done.stdout


REFUSED = """
def refuse(self):
    raise OSError("no cuBLAS by that name")
StandInBackend._library = refuse
"""
WRONG = """
import engine_stand_in
right = engine_stand_in.DeviceArray.__sub__
engine_stand_in.DeviceArray.__sub__ = lambda self, other: right(self, other) * 1.01
"""


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("Library.cublasSetStream_v2 = lambda self, *_: 13", "failed with status 13"),
        (REFUSED, "graphs were given up: OSError: no cuBLAS by that name"),
        (WRONG, " of 1e-09 ("),
    ],
)
def test_that_a_card_that_does_not_do_as_numpy_does_is_found_out(change: str, sentence: str) -> None:
    done = run(OVER_THE_STAND_IN + change, "--no-times")
    assert done.returncode == 1, done.stderr
    assert "FAIL " in done.stdout
    assert sentence in done.stdout
