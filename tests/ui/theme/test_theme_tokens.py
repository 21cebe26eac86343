"""Both looks can be read: contrast by WCAG 2.2, classes apart under simulated colour blindness."""

import itertools
import re

import numpy as np
import numpy.typing as npt
import pytest

from playground.ui.theme.colour import contrast, mix
from playground.ui.theme.tokens import DARK, LIGHT, Theme, scaled

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)

# Machado, Oliveira, Fernandes 2009, severity 1.0, for linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(token: str) -> npt.NDArray[np.float64]:
    """Return a colour as linear RGB."""
    encoded = np.array([int(token[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def lab(rgb: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return linear RGB as CIELAB (D65)."""
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    x, y, z = np.cbrt(np.maximum(to_xyz @ rgb / np.array([0.95047, 1.0, 1.08883]), 1e-4))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distances(theme: Theme, blindness: str, count: int) -> dict[tuple[str, str], float]:
    """Return the distance (delta E 1976) of each pair of the first `count` class colours as it is seen."""
    seen = {c: lab(np.clip(BLINDNESS[blindness] @ linear(c), 0, 1)) for c in theme.classes[:count]}
    pairs = itertools.combinations(seen, 2)
    return {(a, b): float(np.linalg.norm(seen[a] - seen[b])) for a, b in pairs}


@THEMES
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "accent_strong", "danger", "warning", "success"])
@pytest.mark.parametrize("paper", ["window", "surface", "canvas"])
def test_that_text_can_be_read_on_every_surface(theme: Theme, ink: str, paper: str) -> None:
    assert contrast(getattr(theme, ink), getattr(theme, paper)) >= 4.5


@THEMES
@pytest.mark.parametrize("ink", ["text", "muted", "accent_strong"])
@pytest.mark.parametrize("paper", ["raised", "raised_hover", "accent_soft"])
def test_that_text_can_be_read_on_fields_and_chips(theme: Theme, ink: str, paper: str) -> None:
    assert contrast(getattr(theme, ink), getattr(theme, paper)) >= 4.5


@THEMES
def test_that_text_on_the_accent_can_be_read(theme: Theme) -> None:
    assert contrast(theme.accent_text, theme.accent) >= 4.5


@THEMES
@pytest.mark.parametrize("paper", ["surface", "canvas", "raised"])
def test_that_the_focus_ring_stands_out(theme: Theme, paper: str) -> None:
    assert contrast(theme.accent, getattr(theme, paper)) >= 3


@THEMES
@pytest.mark.parametrize("paper", ["surface", "canvas"])
def test_that_outlines_and_curves_stand_out(theme: Theme, paper: str) -> None:
    for line in (theme.outline, theme.curve_train, theme.curve_test):
        assert contrast(line, getattr(theme, paper)) >= 3


@THEMES
def test_that_one_of_the_two_rims_of_a_point_stands_out_from_the_map_behind_it(theme: Theme) -> None:
    for colour in (theme.negative, theme.positive, *theme.classes):
        for share in (0.0, 0.5, 1.0):
            behind = mix(theme.neutral, colour, share * theme.heat_strength)
            assert max(contrast(rim, behind) for rim in (theme.outline, theme.rim)) >= 3, (colour, share)


@THEMES
def test_that_the_boundary_stands_out_from_the_two_colours_it_parts(theme: Theme) -> None:
    for colour in (theme.negative, theme.positive):
        assert contrast(theme.outline, mix(theme.neutral, colour, theme.heat_strength)) >= 3


@THEMES
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_that_the_two_classes_are_far_apart_however_colours_are_seen(theme: Theme, blindness: str) -> None:
    assert min(distances(theme, blindness, 2).values()) > 60


@THEMES
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_that_all_classes_can_be_told_apart_however_colours_are_seen(theme: Theme, blindness: str) -> None:
    found = distances(theme, blindness, 10)
    assert min(found.values()) > 15, min(found, key=lambda pair: found[pair])


@THEMES
def test_that_negative_and_positive_are_the_first_two_classes(theme: Theme) -> None:
    assert theme.classes[:2] == (theme.negative, theme.positive)


@THEMES
def test_that_every_class_has_a_marker_of_its_own(theme: Theme) -> None:
    assert len(set(theme.class_markers)) == len(theme.class_markers) == len(theme.classes) == 10


@THEMES
def test_that_every_colour_is_written_in_full(theme: Theme) -> None:
    colours = [getattr(theme, name) for name in Theme.__slots__]
    written = [c for c in colours if isinstance(c, str) and c.startswith("#")] + list(theme.classes)
    assert len(written) > 30
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in written)


def test_that_a_projector_enlarges_type_and_lines_and_a_desk_brings_them_back() -> None:
    projector = scaled(DARK, projector=True)
    assert (projector.scale, projector.stroke) == (1.5, 2.0)
    assert projector.px(8) == 12
    assert projector.size_body > DARK.size_body
    assert scaled(projector, projector=False) == DARK
