"""Backends: the choice, the copies they make, and the refusal where there is no card."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from engine_cases import every_backend
from engine_stand_in import StandInBackend

from playground.engine.backends import BACKENDS, BackendUnavailableError, cuda, make_backend, processors
from playground.engine.backends.base import check_dtype
from playground.engine.backends.numpy import processor_name
from playground.tables import UnknownChoiceError


def test_that_auto_is_the_processor():
    assert make_backend("auto").key == processors()[0] == "compiled"


def test_that_an_unknown_backend_is_refused_with_the_allowed_ones():
    with pytest.raises(UnknownChoiceError, match=r"'abacus'; allowed: auto, compiled, numpy, cuda"):
        make_backend("abacus")


@pytest.mark.parametrize("choice", BACKENDS, ids=lambda choice: choice.key)
def test_that_what_says_it_is_available_can_be_made_and_the_rest_says_why_not(choice):
    if choice.available():
        backend = make_backend(choice.key)
        assert (backend.key, backend.label) == (choice.key, choice.label)
    else:
        with pytest.raises(BackendUnavailableError):
            make_backend(choice.key)


def test_that_a_missing_cupy_is_explained(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    assert not cuda.is_available()
    with pytest.raises(BackendUnavailableError, match="not installed"):
        make_backend("cuda")


def test_that_a_cupy_without_a_card_is_explained(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", SimpleNamespace(is_available=lambda: False))
    assert not cuda.is_available()
    with pytest.raises(BackendUnavailableError, match="no NVIDIA graphics card"):
        make_backend("cuda")


def test_that_a_card_that_does_not_answer_is_explained(monkeypatch):
    class CUDARuntimeError(RuntimeError):
        pass

    def fail():
        raise CUDARuntimeError("cudaErrorUnknown")

    runtime = SimpleNamespace(CUDARuntimeError=CUDARuntimeError)
    fake = SimpleNamespace(is_available=fail, cuda=SimpleNamespace(runtime=runtime))
    monkeypatch.setitem(sys.modules, "cupy", fake)
    assert not cuda.is_available()
    with pytest.raises(BackendUnavailableError, match="cudaErrorUnknown"):
        make_backend("cuda")


@pytest.mark.parametrize(
    ("content", "name"),
    [("vendor_id : A\nmodel name\t: Abacus 7000\n", "Abacus 7000"), (None, None)],
)
def test_that_the_processor_has_a_name(content, name, tmp_path):
    place = tmp_path / "cpuinfo"
    if content is not None:
        place.write_text(content)
    found = processor_name(place)
    assert found
    assert name is None or found == name


@pytest.mark.parametrize("key", ["numpy", "compiled"])
def test_that_the_processors_backends_name_the_processor(key):
    assert processor_name() in make_backend(key).describe()


def test_that_a_card_says_which_of_cupys_exceptions_are_its_own_failures(monkeypatch):
    class CUDARuntimeError(RuntimeError):
        pass

    class OutOfMemoryError(MemoryError):
        pass

    runtime = SimpleNamespace(CUDARuntimeError=CUDARuntimeError)
    memory = SimpleNamespace(OutOfMemoryError=OutOfMemoryError)
    fake = SimpleNamespace(
        is_available=lambda: True,
        cuda=SimpleNamespace(runtime=runtime, memory=memory, driver=SimpleNamespace()),
    )
    monkeypatch.setitem(sys.modules, "cupy", fake)
    assert set(make_backend("cuda").failures) == {CUDARuntimeError, OutOfMemoryError}


def test_that_no_exception_means_a_failed_processor():
    assert all(make_backend(key).failures == () for key in processors())


@every_backend
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_arrays_go_there_and_back_as_copies(make, dtype):
    backend = make()
    host = np.arange(6.0).reshape(2, 3)
    moved = backend.asarray(host, dtype)
    host[:] = -1
    back = backend.to_host(moved)
    backend.synchronize()
    assert type(back) is np.ndarray
    assert back.dtype == np.dtype(dtype)
    assert back.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    back[:] = -1
    assert backend.to_host(moved)[1, 2] == 5.0
    assert backend.describe()


@every_backend
def test_that_a_number_becomes_an_array_without_dimensions(make):
    assert make().asarray(0.5, "float32").shape == ()


def test_that_only_single_and_double_precision_are_accepted():
    assert check_dtype("float32") == np.float32
    for dtype in ("float16", "int64", "complex64"):
        with pytest.raises(ValueError, match="float32 or float64"):
            check_dtype(dtype)


def test_that_the_stand_in_refuses_what_a_card_refuses():
    device = StandInBackend().asarray([1.0, 2.0], "float64")
    for mistake in (
        lambda: np.asarray(device),
        lambda: np.add(device, np.ones(2)),
        lambda: np.add(np.ones(2), device),
        lambda: np.tanh(device, out=np.empty(2)),
        lambda: np.add.reduce(device),
        lambda: device.dot(np.ones(2)),
        lambda: device.__setitem__(slice(None), np.ones(2)),
        lambda: np.where(device, np.ones(2), 0.0),
    ):
        with pytest.raises(TypeError):
            mistake()
