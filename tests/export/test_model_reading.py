"""Networks read from files: ours come back whole, and no bytes do worse than be refused in a sentence."""

import io
import json
import os
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pipeline_cases import cases, made, rows_for

from playground.experiment import files
from playground.experiment.files import BadFileError
from playground.export import EXPORTERS, npz_reading
from playground.export.importing import IMPORTERS, PICKLES, holds_network, read_model
from playground.export.model import untaught

OURS = [one for one in IMPORTERS if one.suffix in (".npz", ".safetensors", ".json")]
by_suffix = {one.suffix: one for one in EXPORTERS}


@pytest.mark.parametrize("importer", OURS, ids=lambda one: one.key)
@pytest.mark.parametrize("name", cases())
def test_that_a_file_of_ours_brings_the_same_network_back(name: str, importer: Any, tmp_path: Path) -> None:
    one, path = cases()[name], tmp_path / f"net{importer.suffix}"
    by_suffix[importer.suffix].write(one, path)
    found = read_model(path)
    rows = rows_for(one.columns)
    np.testing.assert_allclose(found.pipeline.outputs(rows), one.outputs(rows), rtol=1e-6, atol=1e-12)
    assert found.notes == ()
    assert [weights.dtype.name for weights in found.pipeline.weights] == [one.precision] * len(one.shapes)
    for key in ("name", "columns", "target", "features", "classes", "encoding", "precision", "document"):
        assert getattr(found.pipeline, key) == getattr(one, key)


@lru_cache
def small(suffix: str) -> bytes:
    """Return the bytes of a small file of ours."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"net{suffix}"
        by_suffix[suffix].write(made((2, "tanh"), ("batch_norm", 0)), path)
        return path.read_bytes()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("importer", OURS, ids=lambda one: one.key)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_that_changed_bytes_are_read_or_refused(data: st.DataObject, importer: Any, tmp_path: Path) -> None:
    content = bytearray(small(importer.suffix))
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    del content[data.draw(st.integers(0, len(content)) | st.just(len(content))) :]
    path = tmp_path / f"net{importer.suffix}"
    path.write_bytes(content)
    try:
        found = read_model(path)
    except BadFileError as error:
        said = str(error)
    else:
        found.pipeline.outputs(rows_for(found.pipeline.columns))
        said = "net."
    assert said.startswith("net")
    assert said.endswith(".")


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda one: one.key)
@pytest.mark.parametrize(
    "content", [b"", b"\0" * 100, b"PK\x03\x04", b"{}", b"[1]", b"null", b"\x80\x04K\x01."]
)
def test_that_what_is_no_network_is_refused(content: bytes, importer: Any, tmp_path: Path) -> None:
    path = tmp_path / f"net{importer.suffix}"
    path.write_bytes(content)
    with pytest.raises(BadFileError, match="net"):
        read_model(path)


def test_that_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for importer in IMPORTERS:
        with pytest.raises(BadFileError, match="There is no file"):
            read_model(tmp_path / f"net{importer.suffix}")


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices are files here")
@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda one: one.key)
def test_that_what_has_no_end_is_refused(importer: Any, tmp_path: Path) -> None:
    path = tmp_path / f"net{importer.suffix}"
    for make in (lambda: os.mkfifo(path), lambda: path.symlink_to("/dev/zero")):
        make()
        holds_network(path)
        with pytest.raises(BadFileError, match=rf"^net\{importer.suffix} cannot be read: .*no plain file\.$"):
            read_model(path)
        path.unlink()


@pytest.mark.parametrize("suffix", PICKLES)
def test_that_pickles_are_refused_with_what_to_do_instead(suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"net{suffix}").write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    with pytest.raises(BadFileError, match=r"run whatever program .* Save the model with"):
        read_model(tmp_path / f"net{suffix}")


def test_that_an_unknown_ending_is_refused_with_the_list(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match=r"\.npz, \.safetensors, \.json, \.onnx"):
        read_model(tmp_path / "net.docx")


def test_that_what_was_read_can_be_proved_again(tmp_path: Path) -> None:
    by_suffix[".npz"].write(cases()["all kinds float32"], tmp_path / "net.npz")
    model = untaught(read_model(tmp_path / "net.npz").pipeline)
    assert np.isfinite(model.outputs).all()


# NumPy archives ---------------------------------------------------------------------------------------------


def test_that_python_objects_are_not_opened(tmp_path: Path) -> None:
    np.savez(tmp_path / "net.npz", weight_1=np.array([{"a": 1}], dtype=object))
    with pytest.raises(BadFileError, match="“weight_1” as Python objects"):
        read_model(tmp_path / "net.npz")


def test_that_an_archive_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(npz_reading, "MAX_BYTES", 1_000_000)
    np.savez_compressed(tmp_path / "net.npz", weight_1=np.zeros((1000, 1000)))
    assert (tmp_path / "net.npz").stat().st_size < 10_000
    with pytest.raises(BadFileError, match="too large"):
        read_model(tmp_path / "net.npz")


def test_that_an_array_that_says_it_is_longer_than_it_is_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.zeros((2, 3)))
    lies = buffer.getvalue().replace(b"(2, 3), }", b"(2,9999)}")
    with zipfile.ZipFile(tmp_path / "net.npz", "w") as archive:
        archive.writestr("weight_1.npy", lies)
    with pytest.raises(BadFileError, match="not as long as it says"):
        read_model(tmp_path / "net.npz")


def test_that_an_archive_of_an_older_version_says_what_to_do(tmp_path: Path) -> None:
    metadata = json.dumps({"format": files.NETWORK_FORMAT, "version": 3, "name": "old"})
    np.savez(tmp_path / "net.npz", metadata=metadata, weight_1=np.ones((1, 2)))
    with pytest.raises(BadFileError, match="export it again"):
        read_model(tmp_path / "net.npz")


# Other kinds ------------------------------------------------------------------------------------------------


def test_that_numbers_that_numpy_lacks_are_named(tmp_path: Path) -> None:
    header = json.dumps({"fc.weight": {"dtype": "BF16", "shape": [1, 2], "data_offsets": [0, 4]}}).encode()
    (tmp_path / "net.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    with pytest.raises(BadFileError, match="of the kind BF16"):
        read_model(tmp_path / "net.safetensors")


def test_that_an_experiment_is_told_from_a_network(tmp_path: Path) -> None:
    files.write(files.example("circle"), tmp_path / "mine.json")
    with pytest.raises(BadFileError, match="is an experiment without trained weights"):
        read_model(tmp_path / "mine.json")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"arrays": "none"}, "not lists of numbers"),
        ({"arrays": [{"weight": "x", "bias": [1]}]}, "not lists of numbers"),
        ({"arrays": []}, "layer 1 has no weight"),
        ({"arrays": [{"weight": [[1, 2]], "bias": [1]}]}, "layer 2 has no"),
        ({"version": 99}, "newer version"),
        ({"format": "else"}, "no network that the playground"),
    ],
)
def test_that_a_changed_json_says_what_is_wrong(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    content = json.loads(small(".json"))
    (tmp_path / "net.json").write_text(json.dumps(content | change), encoding="utf-8")
    with pytest.raises(BadFileError, match=said):
        read_model(tmp_path / "net.json")
