"""C headers compile without a warning, answer as the engine does, and let no name become code."""

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pipeline_cases import ODD_NAMES, cases, made, odd, rows_for

from playground.export import c_header, c_proof, c_text, export
from playground.export.model import ExportFailedError, untaught
from playground.export.pipeline import Pipeline

STRICT = ("-O2", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")

needs_compiler = pytest.mark.skipif(c_proof.compiler() is None, reason="there is no C compiler")


def assert_answers(pipeline: Pipeline, folder: Path) -> None:
    rows = rows_for(pipeline.columns)
    wanted = pipeline.outputs(rows)
    c_header.write_header(pipeline, folder / "net.h")
    found = c_proof.predict(folder / "net.h", rows, *STRICT)
    tolerance = 1e-6 if pipeline.precision == "float32" else 1e-12
    np.testing.assert_allclose(found, wanted, rtol=0, atol=tolerance * max(1.0, np.abs(wanted).max()))


@needs_compiler
@pytest.mark.parametrize("name", cases())
def test_that_a_header_compiles_without_a_warning_and_answers_as_the_engine_does(
    name: str, tmp_path: Path
) -> None:
    assert_answers(cases()[name], tmp_path)


@needs_compiler
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_that_matrices_written_as_bytes_hold_the_same_numbers(
    precision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = tuple(f"c{number}" for number in range(40))
    network = made((30, "tanh"), (3, "tanh"), columns=columns, scaling="whitened", precision=precision)
    assert "char bytes[" not in c_header.source(network)
    monkeypatch.setattr(c_text, "READABLE", 500)
    text = c_header.source(network)
    assert text.count("char bytes[") == 2
    assert "_dense(" in text
    assert_answers(network, tmp_path)


@needs_compiler
@pytest.mark.parametrize("name", ["odd names", "unit float32", "signed float64"])
def test_that_a_program_gets_the_classes_names(name: str, tmp_path: Path) -> None:
    pipeline = cases()[name]
    rows = rows_for(pipeline.columns)[:12]
    word = c_text.identifier(pipeline.name)
    numbers = ", ".join(repr(number) for number in rows.ravel().tolist())
    program = f"""
#include <stdio.h>
#include "net.h"
#include "net.h"
static const double rows[{rows.size}] = {{{numbers}}};
int main(void)
{{
    for (int row = 0; row < {len(rows)}; row++)
        printf("%s%c", {word}_classes[{word}_classify(rows + row * {rows.shape[1]})], 0);
    return 0;
}}
"""
    c_header.write_header(pipeline, tmp_path / "net.h")
    made_of_it = c_proof.compile_program(str(c_proof.compiler()), program, tmp_path, *STRICT)
    said = subprocess.run([made_of_it], capture_output=True, check=True).stdout.decode("utf-8")
    assert said.split("\0")[:-1] == pipeline.answers(pipeline.outputs(rows))


@needs_compiler
@pytest.mark.parametrize("name", [*ODD_NAMES, "", "12", "/*", "**//", "*\\\n/ x", "a" * 300, "\u202e", "ÄÖ"])
def test_that_no_name_becomes_code(name: str, tmp_path: Path) -> None:
    columns = (f"{name} 1", f"{name} 2")
    network = made((3, "relu"), columns=columns, classes=(name, f"not {name}"), name=name, target=name)
    assert_answers(replace(network, features=(columns[1], columns[0])), tmp_path)


def test_that_the_matrix_in_the_file_is_the_network_s(tmp_path: Path) -> None:
    pipeline = made((3, "tanh"), precision="float64", name="two rings")
    text = c_header.source(pipeline)
    start = text.index("{", text.index("two_rings_weight_1[6]")) + 1
    numbers = [float(one) for one in text[start : text.index("}", start)].split(",") if one.strip()]
    assert numbers == pipeline.weights[0].ravel().tolist()


@needs_compiler
def test_that_a_header_that_does_not_compile_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(c_header, "DENSE", c_header.DENSE.replace("size_t units", "units"))
    with pytest.raises(ExportFailedError, match=r"compiler gave up .* error"):
        export(untaught(odd()), tmp_path / "net.h")
    assert not list(tmp_path.iterdir())


def test_that_without_a_compiler_the_file_is_written_and_called_unproved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(c_proof, "compiler", lambda: None)
    proof = export(untaught(odd()), tmp_path / "net.h")
    assert "no C compiler" in str(proof)
    assert (tmp_path / "net.h").exists()
