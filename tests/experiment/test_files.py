"""Experiment files: what is written is read back; what cannot be used is refused in words."""

import json
from pathlib import Path

import pytest

from playground.data import DATASETS
from playground.experiment import edits, files
from playground.experiment.check import check
from playground.experiment.files import BadFileError
from playground.experiment.model import SCHEMA_VERSION, Experiment
from playground.experiment.prepare import prepare


@pytest.mark.parametrize("name", files.examples())
def test_that_every_example_can_be_trained_and_says_what_it_shows(name: str) -> None:
    experiment = files.example(name)
    assert prepare(experiment).plan.parameters > 0
    assert not check(experiment)
    assert experiment.about.endswith(".")
    assert experiment.name != "Untitled"


@pytest.mark.parametrize("name", files.examples())
def test_that_a_file_comes_back_as_it_was(name: str, tmp_path: Path) -> None:
    experiment = files.example(name)
    files.write(experiment, tmp_path / "copy.json")
    assert files.read(tmp_path / "copy.json") == experiment


def content(**changes: object) -> dict[str, object]:
    return {
        "format": files.FORMAT,
        "version": SCHEMA_VERSION,
        "experiment": {**Experiment().model_dump(mode="json"), **changes},
    }


BAD: tuple[tuple[str, str], ...] = (
    ("", "not valid JSON"),
    ("[" * 100_000, "not valid JSON"),
    ("[1, 2]", "not an experiment file"),
    ('{"format": "something else"}', "not an experiment file"),
    (json.dumps({"format": files.FORMAT}), "which version"),
    (json.dumps({**content(), "version": SCHEMA_VERSION + 1}), "newer version"),
    (json.dumps({"format": files.FORMAT, "version": 1}), "cannot be used"),
    (json.dumps(content(layers=[{"id": "a", "units": 0}])), "layers > number 1 > units"),
    (json.dumps(content(layers=[{"id": "a", "activation": "softmax"}])), "output layer only"),
    (json.dumps(content(layers=[{"id": "a"}, {"id": "a"}])), "same id"),
    (json.dumps(content(training={"learning_rate": 1e9})), "learning rate"),
    (json.dumps(content(training={"optimizer": "magic"})), "magic"),
    (json.dumps(content(data={"dataset": "cats"})), "cats"),
    (json.dumps(content(data={"samples": 5})), "samples must be at least 20, not 5"),
    (json.dumps(content(data={"split": "course"})), "no split 'course'; allowed: random"),
    (json.dumps(content(training={"loss": "softmax_cross_entropy"})), "needs"),
    (json.dumps(content()).replace("500", "9" * 5000), "not valid JSON"),
    (json.dumps(content(data={"features": ["x9"]})), "x9"),
    (json.dumps(content(colour="red")), "colour"),
    (json.dumps(content()).replace("0.03", "NaN"), "learning rate"),
)


@pytest.mark.parametrize(("text", "words"), BAD)
def test_that_a_bad_file_is_refused_with_its_name_and_the_reason(
    text: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(BadFileError, match=words) as refusal:
        files.read(path)
    assert "broken.json" in str(refusal.value)


def test_that_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "picture.json").write_bytes(bytes(range(256)))
    with pytest.raises(BadFileError, match="not a text file"):
        files.read(tmp_path / "picture.json")


def test_that_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="cannot be read"):
        files.read(tmp_path)


def test_that_a_saved_file_keeps_its_permissions_and_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "shared.json", tmp_path / "link.json"
    files.write(Experiment(), path)
    path.chmod(0o664)
    link.symlink_to(path)
    files.write(Experiment(name="Again"), link)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o664
    assert files.read(path).name == "Again"


def test_that_an_unknown_example_is_answered_with_what_is_alike_or_the_list() -> None:
    with pytest.raises(BadFileError, match=r"no example or data set 'sprial'. Did you mean spiral\?"):
        files.find("sprial")
    with pytest.raises(BadFileError, match=r"There are: circle, .*, diabetes"):
        files.find("zebras")


@pytest.mark.parametrize("key", [dataset.key for dataset in DATASETS])
def test_that_a_data_set_is_found_by_its_name_unless_an_example_has_it(key: str) -> None:
    found = files.find(key)
    assert found.data.dataset == key
    assert not check(found)
    assert (found == files.read(files.examples()[key])) if key in files.examples() else found.epochs > 0


def test_that_a_file_called_like_a_data_set_is_found_by_its_path(tmp_path: Path) -> None:
    files.write(Experiment(name="Mine"), tmp_path / "iris")
    assert files.find(str(tmp_path / "iris")).name == "Mine"


def test_that_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept.json"
    files.write(Experiment(), path)
    before = path.read_text()

    def fail(*_arguments: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        files.write(edits.add_layer(Experiment(), 0), path)
    assert path.read_text() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept.json"]
