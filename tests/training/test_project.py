"""A run that was saved goes on bit for bit, and what a file says is checked before it is believed."""

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from engine_stand_in import StandInBackend
from hypothesis import example, given, settings
from hypothesis import strategies as st
from project_cases import ALWAYS, CASES, EPOCHS, assert_same, begun, experiment, saved_and_opened

from playground.data.table import Table
from playground.experiment import edits, files
from playground.experiment.files import BadFileError
from playground.experiment.model import Experiment
from playground.experiment.own import experiment_on
from playground.training import archive, project
from playground.training.evaluation import evaluate
from playground.training.project import Project
from playground.training.session import Session

# Going on ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [0, 5, 26, 42])
@pytest.mark.parametrize("name", CASES)
def test_that_a_run_that_was_saved_goes_on_bit_for_bit(name: str, steps: int) -> None:
    wanted = CASES[name]
    straight, first = begun(wanted), begun(wanted)
    for session in (straight, first):
        session.train(steps)
    second = saved_and_opened(first, wanted)
    for session in (straight, second):
        session.train(ALWAYS, EPOCHS)
    assert_same(second, straight)
    for session in (straight, second):
        session.rewind()
        session.train(7)
    assert_same(second, straight)


def test_that_50_epochs_twice_are_100() -> None:
    wanted = experiment(optimizer="adam", precision="float32")
    straight, first = begun(wanted), begun(wanted)
    straight.train(ALWAYS, 100)
    first.train(ALWAYS, 50)
    second = saved_and_opened(first, wanted)
    second.train(ALWAYS, 100)
    assert_same(second, straight)


def test_that_a_run_with_a_changed_batch_size_goes_on_in_mid_epoch() -> None:
    wanted = experiment(optimizer="adam")
    changed = edits.set_training(wanted, batch_size=7)
    sessions = [begun(wanted) for _ in range(2)]
    for session in sessions:
        session.train(3)
        session.change(changed.training)
        session.train(1)
    again = saved_and_opened(sessions[1], changed)
    for session in (sessions[0], again):
        session.train(ALWAYS, 5)
    assert_same(again, sessions[0])


def test_that_a_run_that_was_stopped_is_stopped_and_says_why() -> None:
    wanted = CASES["early stopping"]
    session = begun(wanted)
    while not session.stopped:
        session.train(ALWAYS, 500)
    again = saved_and_opened(session, wanted)
    assert again.stopped == session.stopped
    for one in (session, again):
        one.train(ALWAYS, one.trainer.epoch + 4)
    assert_same(again, session)


def test_that_a_run_that_took_over_weights_goes_on_with_its_own_initial_ones() -> None:
    old = begun(experiment(4))
    old.train(30)
    wider = experiment(6)
    fresh = begun(wider)
    session = Session(fresh.prepared, fresh.backend, old.carry())
    session.train(3)
    again = saved_and_opened(session, wider)
    for one in (session, again):
        one.train(ALWAYS, 20)
    assert_same(again, session)


@pytest.mark.parametrize("name", ["optimizer adam", "optimizer lbfgs", "layer batch_norm", "ensemble"])
def test_that_a_run_on_a_card_that_was_saved_goes_on_bit_for_bit(name: str) -> None:
    wanted = CASES[name]
    straight, first = begun(wanted, StandInBackend()), begun(wanted, StandInBackend())
    for session in (straight, first):
        session.train(23)
    second = saved_and_opened(first, wanted, StandInBackend())
    for session in (straight, second):
        session.train(ALWAYS, EPOCHS)
    assert_same(second, straight)


def test_that_a_project_of_a_device_that_is_not_here_goes_on_on_another() -> None:
    _, saved = trained()
    assert saved.standing is not None
    elsewhere = replace(saved, standing=replace(saved.standing, backend="abacus"))
    assert Session.from_project(elsewhere).train(3) == 3


def test_that_a_session_from_a_project_is_on_its_own_device() -> None:
    wanted = experiment()
    session = begun(wanted)
    session.train(5)
    again = Session.from_project(session.project(wanted))
    assert again.backend.key == "numpy"
    assert again.trainer.step == 5


# What a file holds ------------------------------------------------------------------------------------------


def trained(wanted: Experiment | None = None, steps: int = 26) -> tuple[Session, Project]:
    wanted = wanted or experiment(optimizer="adam")
    session = begun(wanted)
    session.train(steps)
    return session, session.project(wanted)


def test_that_a_table_of_ones_own_is_kept_as_arrays() -> None:
    rng = np.random.default_rng(0)
    table = Table("own", ("a", "b"), rng.normal(size=(40, 2)), "kind", np.arange(40) % 3, ("x", "y", "z"))
    _, saved = trained(experiment_on(table))
    content = project.dump(saved)
    assert table.inputs.tobytes() in content
    assert project.parse(content, "mine.nnp").experiment.data.table == table


def test_that_looks_at_the_test_rows_and_marks_of_settings_are_kept() -> None:
    session, saved = trained()
    seen = saved.experiment.replace(evaluations=(evaluate(session),))
    marked = replace(saved, experiment=seen, marks=((1.5, "rate 0.1"), (2.0, "batch 5")))
    again = project.parse(project.dump(marked), "mine.nnp")
    assert again.experiment.evaluations == seen.evaluations
    assert again.marks == marked.marks
    assert Session.from_project(again).project(seen).marks == marked.marks


def test_that_the_same_project_is_the_same_file() -> None:
    assert project.dump(trained()[1]) == project.dump(trained()[1])


def test_that_other_rows_than_those_trained_on_are_named() -> None:
    _, saved = trained()
    moved = replace(saved, rows="0" * 64)
    notice = Session.from_project(project.parse(project.dump(moved), "mine.nnp")).notice
    assert "Circle" in notice
    assert "Rewind" in notice
    assert not Session.from_project(saved).notice


def test_that_an_experiment_file_is_a_project_without_a_run(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    _, saved = trained()
    project.write(saved, path)
    assert files.read(path) == saved.experiment
    assert project.read(path) == Project(saved.experiment)


def test_that_a_project_without_a_run_is_read() -> None:
    alone = Project(experiment())
    assert project.parse(project.dump(alone), "mine.nnp") == alone


def test_that_a_run_that_has_diverged_is_kept_as_it_is() -> None:
    wanted = edits.set_dataset(experiment(), "plane")
    wanted = edits.set_training(wanted, learning_rate=100.0, optimizer="sgd")
    session = begun(wanted)
    session.train(ALWAYS, 50)
    assert session.diverged
    again = saved_and_opened(session, wanted)
    assert again.diverged


# What is refused --------------------------------------------------------------------------------------------


def refusal(content: bytes) -> str:
    with pytest.raises(BadFileError) as caught:
        project.parse(content, "mine.nnp")
    said = str(caught.value)
    assert said.startswith("mine.nnp ")
    assert said.endswith(".")
    return said


def changed(saved: Project, name: str, content: bytes) -> bytes:
    """Return a project in which an entry is another, with a manifest that fits it."""
    return altered(saved, lambda entries: entries.update({name: content}))


def altered(saved: Project, alter: object) -> bytes:
    found = archive.Archive(project.dump(saved))
    names = [name for name in project.ENTRIES if name in found]
    entries = {name: found.content(name, archive.MOST_TEXT) for name in names}
    alter(entries)  # type: ignore[operator]
    return archive.pack(entries, found.manifest)


def test_that_weights_that_are_no_numbers_are_refused_unless_the_run_has_diverged() -> None:
    _, saved = trained()
    assert saved.standing is not None
    weights = saved.standing.kept.parameters.copy()
    weights[3] = np.nan
    assert "not finite" in refusal(changed(saved, "trained.npy", archive.npy(weights)))


@pytest.mark.parametrize("name", ["trained.npy", "optimizer_first.npy"])
@pytest.mark.parametrize("wrong", [np.zeros(3), np.zeros((2, 2)), np.zeros(41, dtype=np.float32)])
def test_that_arrays_that_do_not_fit_the_network_are_refused(name: str, wrong: np.ndarray) -> None:
    said = refusal(changed(trained()[1], name, archive.npy(wrong)))
    assert name in said


def test_that_a_table_with_too_many_rows_is_refused_before_it_is_inflated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = Table("own", ("a",), np.arange(60_000.0)[:, None], "b", np.arange(60_000.0))
    content = project.dump(Project(experiment_on(table)))
    assert project.parse(content, "mine.nnp").experiment.data.table == table
    monkeypatch.setattr(project, "MAX_ROWS", 50_000)
    assert "too large" in refusal(content)


def test_that_arrays_of_objects_are_never_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pickle.load", lambda *_: pytest.fail("unpickled"))
    header = (
        b"\x93NUMPY\x01\x00\x76\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(127)
        + b"\n"
    )
    assert "no project has" in refusal(changed(trained()[1], "trained.npy", header + b"cos\nsystem\n"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("optimizer", "magic"),
        ("optimizer", "sgd"),
        ("precision", "float32"),
        ("row", -1),
        ("epoch", 10**12),
        ("surprise", 1),
        ("last", [0]),
        ("summed", 3),
        ("snapshots", {"epochs": [1, 2], "next_epoch": 3}),
        ("has_best", True),
        ("marks", [[1.0]]),
    ],
)
def test_that_a_state_that_makes_no_sense_is_refused(key: str, value: object) -> None:
    _, saved = trained()
    written = json.loads(archive.Archive(project.dump(saved)).text("state.json"))
    refusal(changed(saved, "state.json", json.dumps({**written, key: value}).encode()))


def test_that_a_place_beyond_the_rows_begins_the_epoch_again() -> None:
    _, saved = trained()
    written = json.loads(archive.Archive(project.dump(saved)).text("state.json"))
    content = changed(saved, "state.json", json.dumps({**written, "row": 10**9}).encode())
    session = Session.from_project(project.parse(content, "mine.nnp"))
    assert session.trainer.position == 0
    assert session.train(3) == 3


def test_that_a_version_of_the_future_says_to_update(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "VERSION", 7)
    content = project.dump(trained()[1])
    monkeypatch.undo()
    assert refusal(content).endswith("Update the playground to open it.")


def test_that_an_older_version_is_brought_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    _, saved = trained()
    written = json.loads(archive.Archive(project.dump(saved)).text("state.json"))
    written["halted"] = written.pop("stopped")
    content = changed(saved, "state.json", json.dumps(written).encode())

    def migrate(state: dict[str, object]) -> dict[str, object]:
        return {**{key: value for key, value in state.items() if key != "halted"}, "stopped": state["halted"]}

    refusal(content)
    monkeypatch.setattr(project, "VERSION", 2)
    monkeypatch.setattr(project, "MIGRATIONS", (migrate,))
    assert project.parse(content, "mine.nnp").standing is not None


def test_that_an_experiment_in_it_that_cannot_be_used_is_named() -> None:
    _, saved = trained()
    text = files.dump(saved.experiment).replace('"adam"', '"magic"')
    assert "optimizer" in refusal(changed(saved, "experiment.json", text.encode()))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x00" * 100, b"{}", b"PK\x05\x06" + b"\x00" * 18])
def test_that_a_foreign_file_is_refused_with_its_name_and_what_to_do(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "mine.nnp"
    path.write_bytes(content)
    with pytest.raises(BadFileError, match=r"^mine\.nnp is .*[.:].* (Open|choose) .*\.$"):
        project.read(path)


def test_that_a_file_that_is_not_there_or_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="There is no file"):
        project.read(tmp_path / "mine.nnp")
    with pytest.raises(BadFileError, match="cannot be read"):
        project.read(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices are files here")
@pytest.mark.parametrize("name", ["mine.nnp", "mine.json"])
def test_that_what_has_no_end_is_refused(name: str, tmp_path: Path) -> None:
    for make in (lambda: os.mkfifo(tmp_path / name), lambda: (tmp_path / name).symlink_to("/dev/zero")):
        make()
        with pytest.raises(BadFileError, match=rf"^{name} cannot be read: .*no plain file\.$"):
            project.read(tmp_path / name)
        (tmp_path / name).unlink()


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
STATES = [trained(CASES[name], 60)[1] for name in ("ensemble", "link", "early stopping", "optimizer lbfgs")]


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_that_no_state_does_worse_than_be_refused(data: st.DataObject) -> None:
    saved = data.draw(st.sampled_from(STATES))
    written = json.loads(archive.Archive(project.dump(saved)).text("state.json"))
    key = data.draw(st.sampled_from(sorted(written)))
    content = changed(saved, "state.json", json.dumps({**written, key: data.draw(ANY_JSON)}).encode())
    try:
        found = project.parse(content, "mine.nnp")
    except BadFileError:
        return
    session = Session.from_project(found)
    session.train(3)


CONTENT = project.dump(trained(CASES["ensemble"], 60)[1])


@given(st.integers(0, len(CONTENT) - 1))
@settings(max_examples=150, deadline=None)
def test_that_a_file_that_is_cut_short_is_refused(end: int) -> None:
    refusal(CONTENT[:end])


@given(st.lists(st.tuples(st.integers(0, len(CONTENT) - 1), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=400, deadline=None)
def test_that_no_changed_byte_does_worse_than_be_refused(changes: list[tuple[int, int]]) -> None:
    content = bytearray(CONTENT)
    for place, value in changes:
        content[place] = value
    try:
        found = project.parse(bytes(content), "mine.nnp")
    except BadFileError:
        return
    assert project.dump(found) == CONTENT


@given(st.integers(len(CONTENT) - 3000, len(CONTENT) - 1), st.binary(min_size=1, max_size=6))
@example(CONTENT.index(b"PK\x01\x02") + 46, b"\x00")  # an entry without a name
@settings(max_examples=400, deadline=None)
def test_that_a_changed_directory_does_no_worse_than_be_refused(place: int, value: bytes) -> None:
    content = CONTENT[:place] + value + CONTENT[place + len(value) :]
    try:
        found = project.parse(content, "mine.nnp")
    except BadFileError:
        return
    assert project.dump(found) == CONTENT


# Writing ----------------------------------------------------------------------------------------------------


def test_that_a_disk_that_is_full_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.nnp"
    _, saved = trained()
    project.write(saved, path)
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        project.write(Project(experiment()), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_that_a_folder_without_permission_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(**_where: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", forbidden)
    with pytest.raises(PermissionError):
        project.write(Project(experiment()), tmp_path / "mine.nnp")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_that_a_folder_that_is_not_ones_own_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(PermissionError):
            project.write(Project(experiment()), tmp_path / "mine.nnp")
    finally:
        tmp_path.chmod(stat.S_IRWXU)
    assert not list(tmp_path.iterdir())
