"""The settings file: what survives, what is reported, and that nothing is lost."""

import json
import os
from dataclasses import replace

import pytest

from playground.settings import FLAT_OUT, Settings, SettingsStore
from playground.settings import store as store_module
from playground.settings.store import MIGRATIONS, SCHEMA_VERSION, Migration

CHANGED = Settings(
    theme="dark",
    projector=True,
    motion=False,
    device="numpy",
    speed=30.5,
    show_test_points=True,
    discretize=True,
    show_contour=False,
    show_mistakes=True,
    log_scale=False,
    smoothing=0.6,
    brush_size=1.2,
    brush_jitter=0.4,
    recent_files=("/tmp/a.json", "C:\\Übung\\b.json"),
    last_folder="/tmp",
    export_folder="/home",
    export_formats=("json",),
    tips_seen=True,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings.json"


def _written(path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def test_that_without_a_file_there_are_defaults_and_no_message(path):
    assert SettingsStore(path).load() == (Settings(), ())
    assert not path.exists()


@pytest.mark.parametrize("settings", [Settings(), CHANGED], ids=["defaults", "changed"])
def test_that_saved_settings_come_back(path, settings):
    SettingsStore(path).save(settings)
    assert SettingsStore(path).load() == (settings, ())


def test_that_the_example_above_changes_every_setting():
    for name in Settings.__dataclass_fields__:
        assert getattr(CHANGED, name) != getattr(Settings(), name), name


def test_that_the_folder_is_made_when_it_is_missing(tmp_path):
    path = tmp_path / "not" / "there" / "settings.json"
    SettingsStore(path).save(CHANGED)
    assert SettingsStore(path).load() == (CHANGED, ())


def test_that_flat_out_is_stored_as_null_and_a_false_stays_a_false(path):
    SettingsStore(path).save(replace(CHANGED, speed=FLAT_OUT))
    content = _written(path)
    assert content["schema_version"] == SCHEMA_VERSION
    assert content["speed"] is None
    assert content["motion"] is False
    assert SettingsStore(path).load()[0].speed == FLAT_OUT


def test_that_a_file_name_no_text_can_hold_survives(path):
    strange = replace(CHANGED, last_folder="/tmp/\udcff")
    SettingsStore(path).save(strange)
    assert SettingsStore(path).load() == (strange, ())


def test_that_unknown_keys_are_kept(path):
    path.write_text('{"schema_version": 1, "theme": "dark", "from_the_future": {"a": [1, null, 1e999]}}')
    store = SettingsStore(path)
    settings, messages = store.load()
    assert (settings.theme, messages) == ("dark", ())
    store.save(replace(settings, theme="light"))
    assert _written(path)["from_the_future"] == {"a": [1, None, float("inf")]}
    assert _written(path)["theme"] == "light"


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("theme", "pink"),
        ("theme", ["dark"]),
        ("theme", None),
        ("projector", "false"),
        ("projector", 0),
        ("device", "tpu"),
        ("speed", -1),
        ("speed", 10**400),
        ("speed", "flat out"),
        ("smoothing", 1.0),
        ("smoothing", None),
        ("smoothing", True),
        ("recent_files", "a.json"),
        ("recent_files", ["a", 1]),
        ("recent_files", list("abcdefghijk")),
        ("last_folder", 3),
    ],
)
def test_that_a_bad_value_becomes_its_default_with_a_message_and_spoils_no_other(path, name, bad):
    content = {"log_scale": False, "tips_seen": True, name: bad, "schema_version": 1}
    path.write_text(json.dumps(content))
    settings, messages = SettingsStore(path).load()
    assert settings == Settings(log_scale=False, tips_seen=True)
    assert len(messages) == 1
    label = Settings.__dataclass_fields__[name].metadata["label"]
    assert f"“{label}” must be" in messages[0]
    assert messages[0].endswith("its default is used.")


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff\xfe\x00", b"[1, 2]", b"null", b"[" * 100_000],
    ids=["empty", "cut", "binary", "list", "null", "deep"],
)
def test_that_an_unusable_file_is_kept_and_reported(path, raw):
    path.write_bytes(raw)
    settings, messages = SettingsStore(path).load()
    assert settings == Settings()
    assert len(messages) == 1
    assert str(path) in messages[0]
    assert "settings.json.bak" in messages[0]
    assert path.with_name("settings.json.bak").read_bytes() == raw
    assert not path.exists()


def test_that_a_second_unusable_file_does_not_replace_the_first_backup(path):
    for raw in (b"first", b"second"):
        path.write_bytes(raw)
        SettingsStore(path).load()
    assert path.with_name("settings.json.bak").read_bytes() == b"first"
    assert path.with_name("settings.json.2.bak").read_bytes() == b"second"


def test_that_saving_over_an_unusable_file_keeps_it_too(path):
    path.write_bytes(b"not json")
    SettingsStore(path).save(CHANGED)
    assert path.with_name("settings.json.bak").read_bytes() == b"not json"
    assert SettingsStore(path).load() == (CHANGED, ())


def test_that_a_file_that_cannot_be_opened_is_reported_and_left_alone(path):
    path.mkdir()
    settings, messages = SettingsStore(path).load()
    assert settings == Settings()
    assert len(messages) == 1
    assert "could not be opened" in messages[0]
    assert path.is_dir()


def test_that_an_unusable_file_that_cannot_be_set_aside_is_said_to_be_at_risk(path, monkeypatch):
    def refuse(*_names):
        raise PermissionError(13, "Permission denied")

    path.write_bytes(b"not json")
    monkeypatch.setattr(store_module.os, "replace", refuse)
    _, messages = SettingsStore(path).load()
    assert "could not be set aside (Permission denied)" in messages[0]


def test_that_a_crash_while_saving_leaves_the_old_file_and_no_litter(path, monkeypatch):
    store = SettingsStore(path)
    store.save(CHANGED)
    before = path.read_bytes()

    def crash(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store_module.os, "fsync", crash)
    with pytest.raises(OSError, match="No space left"):
        store.save(Settings())
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_that_a_linked_settings_file_stays_a_link(path, tmp_path):
    real = tmp_path / "dotfiles" / "settings.json"
    path.symlink_to(real)
    SettingsStore(path).save(CHANGED)
    assert path.is_symlink()
    assert SettingsStore(real).load() == (CHANGED, ())


# Versions -----------------------------------------------------------------------------------------------


def test_that_the_migrations_lead_from_the_first_version_to_this_one():
    version = 1
    for migration in MIGRATIONS:
        assert migration.before == version
        version = migration.after
    assert version == SCHEMA_VERSION


RENAMES = (
    Migration(1, 2, lambda content: {**content, "colours": content.get("look")}),
    Migration(2, 3, lambda content: {**content, "theme": content["colours"]}),
)


def test_that_an_old_file_is_migrated_step_by_step_and_backed_up_when_it_is_replaced(path):
    path.write_text('{"schema_version": 1, "look": "dark"}')
    store = SettingsStore(path, migrations=RENAMES, version=3)
    settings, messages = store.load()
    assert (settings.theme, messages) == ("dark", ())
    assert _written(path) == {"schema_version": 1, "look": "dark"}
    store.save(settings)
    assert _written(path)["schema_version"] == 3
    assert _written(path.with_name("settings.json.bak")) == {"schema_version": 1, "look": "dark"}
    store.save(settings)
    assert not path.with_name("settings.json.2.bak").exists()


def test_that_a_missing_migration_is_a_programming_error(path):
    path.write_text('{"schema_version": 1, "theme": "dark"}')
    with pytest.raises(LookupError, match="no migration of the settings from version 1"):
        SettingsStore(path, version=2).load()


def test_that_a_newer_file_is_read_as_far_as_it_is_known_and_backed_up(path):
    content = {"schema_version": SCHEMA_VERSION + 1, "theme": "dark", "hologram": True}
    path.write_text(json.dumps(content))
    store = SettingsStore(path)
    settings, messages = store.load()
    assert settings.theme == "dark"
    assert len(messages) == 1
    assert "newer version" in messages[0]
    store.save(settings)
    assert _written(path.with_name("settings.json.bak")) == content
    assert _written(path)["hologram"] is True


@pytest.mark.parametrize("version", ["1", None, True, 0, 1.5])
def test_that_a_version_that_is_no_number_is_reported_and_ignored(path, version):
    path.write_text(json.dumps({"schema_version": version, "theme": "dark"}))
    settings, messages = SettingsStore(path).load()
    assert settings.theme == "dark"
    assert len(messages) == 1
    assert "schema_version" in messages[0]


def test_that_a_file_without_a_version_counts_as_the_first(path):
    path.write_text('{"look": "dark"}')
    assert SettingsStore(path, migrations=RENAMES, version=3).load()[0].theme == "dark"
