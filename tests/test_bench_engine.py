"""The engine's benchmark: that it runs and what its lines say; the times themselves are not looked at."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "bench_engine.py"


def lines(*arguments: str) -> list[dict[str, object]]:
    """What the script prints in a quick run on NumPy, one thread."""
    command = [sys.executable, str(SCRIPT), "--quick", "--json", "--backend", "numpy", "--threads", "1"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def results() -> list[dict[str, object]]:
    return lines()


def test_that_every_network_gets_a_line_with_its_steps_a_second(results: list[dict[str, object]]) -> None:
    names = ["2-4-2-1", "7-8x6-1", "2-64-64-1", "64-256-128-10", "784-1024-1024-10"]
    assert [result["network"] for result in results] == names
    for result in results:
        rates = result["steps_per_second"]
        assert isinstance(rates, dict)
        assert rates["numpy"] > 0
        assert result["best"] == "numpy"


def test_that_the_largest_network_is_held_against_the_matrix_product(
    results: list[dict[str, object]],
) -> None:
    largest = results[-1]
    share = largest["share_of_sgemm"]
    assert isinstance(share, float)
    assert share > 0
    assert largest["share_of_sgemm_ok"] == (share >= 0.7)
    assert all("share_of_sgemm" not in result for result in results[:-1])


def test_that_the_cost_of_a_step_is_given_by_width() -> None:
    costs = lines("--widths")
    assert [cost["width"] for cost in costs] == [8, 16, 32, 64, 128, 256, 512, 1024, 2048]
    for cost in costs:
        assert isinstance(cost["us_per_step"], float)
        assert cost["us_per_step"] > 0
