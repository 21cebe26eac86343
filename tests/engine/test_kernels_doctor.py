"""The doctor's self-test with compiled kernels at work."""

from pathlib import Path

import pytest

from playground.engine.backends import compiled
from playground.training import doctor

pytestmark = pytest.mark.usefixtures("kernels")


def test_that_loaded_kernels_are_tested_and_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert compiled.is_loaded(doctor.PRECISION)
    report = next(one for one in doctor.try_backends() if one.key == "compiled")
    assert report.self_test == doctor.AGREES
    assert report.largest_difference is not None
    assert report.largest_difference <= doctor.TOLERANCE
