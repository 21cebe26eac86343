"""The ladder of parameter counts, each against its rows."""

import math

import pytest

from playground.labs.ladder import LADDER, Rung, with_own


def own(parameters: int, rows: int) -> Rung:
    return next(rung for rung in with_own("2-3-1", parameters, rows) if rung.key == "own")


def test_that_the_gauge_is_parameters_for_each_row() -> None:
    assert own(13, 250).gauge == 13 / 250
    assert own(2337, 111).gauge == pytest.approx(21.05, abs=0.01)
    assert math.isinf(own(13, 0).gauge)


@pytest.mark.parametrize(("parameters", "is_over"), [(249, False), (250, False), (251, True)])
def test_that_more_parameters_than_rows_are_flagged(parameters: int, is_over: bool) -> None:
    assert own(parameters, 250).is_over is is_over


def test_that_the_ladder_ascends_with_the_own_network_in_its_place() -> None:
    rungs = with_own("own", 50_000, 100)
    counts = [rung.parameters for rung in rungs]
    assert counts == sorted(counts)
    assert [rung.key for rung in rungs].index("own") == 2


def test_that_the_ladder_has_what_the_course_names() -> None:
    by_key = {rung.key: rung for rung in LADDER}
    residual = [rung.parameters for key, rung in by_key.items() if key.startswith("resnet")]
    assert min(residual) > 10e6
    assert max(residual) < 61e6
    assert by_key["gpt3"].parameters == 175_000_000_000
    assert by_key["gpt3"].rows == 300_000_000_000 // 2048
    assert by_key["keras"].parameters == (1 + 1) * 16 + (16 + 1) * 16 + (16 + 1)
    assert by_key["fish"].parameters == (5 + 1) * 32 + 2 * (32 + 1) * 32 + (32 + 1)


def test_that_lenet_has_the_parameters_of_its_layers() -> None:
    convolutions = 6 * (25 + 1) + 16 * (6 * 25 + 1)
    dense = (400 + 1) * 120 + (120 + 1) * 84 + (84 + 1) * 10
    assert next(rung for rung in LADDER if rung.key == "lenet").parameters == convolutions + dense
