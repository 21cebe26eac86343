"""The settings describe themselves and refuse what is not allowed."""

import math
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from playground.settings import FLAT_OUT, MAX_RECENT_FILES, Settings, with_recent_file

FIELDS = fields(Settings)


@pytest.mark.parametrize("spec", FIELDS, ids=lambda spec: spec.name)
def test_that_every_setting_explains_itself(spec):
    assert spec.metadata["label"]
    assert spec.metadata["help"].endswith(".")
    assert spec.metadata["group"]


@pytest.mark.parametrize("spec", FIELDS, ids=lambda spec: spec.name)
def test_that_no_setting_accepts_what_is_no_value_at_all(spec):
    with pytest.raises(ValueError, match=f"^{spec.name} must be"):
        replace(Settings(), **{spec.name: object()})


@pytest.mark.parametrize("spec", [s for s in FIELDS if "choices" in s.metadata], ids=lambda spec: spec.name)
def test_that_every_choice_is_accepted_and_labelled_and_others_are_not(spec):
    for value, label in spec.metadata["choices"]:
        assert label
        assert getattr(replace(Settings(), **{spec.name: value}), spec.name) == value
    with pytest.raises(ValueError, match="must be one of"):
        replace(Settings(), **{spec.name: "nonsense"})


@pytest.mark.parametrize("spec", [s for s in FIELDS if "range" in s.metadata], ids=lambda spec: spec.name)
def test_that_a_range_holds_at_both_ends(spec):
    for value in spec.metadata["range"]:
        assert getattr(replace(Settings(), **{spec.name: value}), spec.name) == value
    lowest, highest = spec.metadata["range"]
    for value in (lowest - 0.01, highest + 0.01, math.nan, -math.inf, 10**400, True, "1"):
        with pytest.raises(ValueError, match="must be a number from"):
            replace(Settings(), **{spec.name: value})


def test_that_only_the_speed_may_be_without_limit():
    assert Settings(speed=FLAT_OUT).speed == FLAT_OUT
    with pytest.raises(ValueError, match=r"smoothing must be a number from 0 to 0\.99"):
        Settings(smoothing=FLAT_OUT)


def test_that_the_loss_is_drawn_on_a_log_scale_unless_told_otherwise():
    assert Settings().log_scale is True


def test_that_settings_cannot_be_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        Settings().theme = "dark"


def test_that_a_number_is_no_switch():
    with pytest.raises(ValueError, match="projector must be true or false"):
        Settings(projector=1)


def test_that_the_latest_file_comes_first_and_once():
    settings = Settings(recent_files=("a", "b", "c"))
    assert with_recent_file(settings, "c").recent_files == ("c", "a", "b")
    assert with_recent_file(settings, "d").recent_files == ("d", "a", "b", "c")


def test_that_the_oldest_recent_file_is_dropped():
    settings = Settings()
    for number in range(MAX_RECENT_FILES + 3):
        settings = with_recent_file(settings, f"file {number}")
    assert len(settings.recent_files) == MAX_RECENT_FILES
    assert settings.recent_files[0] == "file 12"
    assert settings.recent_files[-1] == "file 3"


def test_that_more_recent_files_than_allowed_are_refused():
    with pytest.raises(ValueError, match="at most 10"):
        Settings(recent_files=tuple("abcdefghijk"))
