"""Every format answers as the engine does, whatever a network is made of, from the file alone."""

from pathlib import Path

import numpy as np
import pytest
from pipeline_cases import cases, rows_for

from playground.export import EXPORTERS, Exporter
from playground.export.pipeline import Pipeline

NUMPY_ROUTES = [one for one in EXPORTERS if one.route.startswith("NumPy")]


def assert_predicts(exporter: Exporter, pipeline: Pipeline, path: Path) -> None:
    rows = rows_for(pipeline.columns)
    wanted = pipeline.outputs(rows)
    assert np.isfinite(wanted).all()
    exporter.write(pipeline, path)
    found = exporter.predict(path, rows)
    tolerance = 1e-6 if pipeline.precision == "float32" else 1e-12
    np.testing.assert_allclose(found, wanted, rtol=0, atol=tolerance * max(1.0, np.abs(wanted).max()))


@pytest.mark.parametrize("exporter", NUMPY_ROUTES, ids=lambda exporter: exporter.key)
@pytest.mark.parametrize("name", cases())
def test_that_a_file_answers_as_the_engine_does(name: str, exporter: Exporter, tmp_path: Path) -> None:
    assert_predicts(exporter, cases()[name], tmp_path / f"network{exporter.suffix}")
