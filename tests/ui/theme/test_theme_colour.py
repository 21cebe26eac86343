"""Arrays become pictures the right way up, in the theme's colours, whatever numbers they hold."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from playground.ui.theme.colour import class_image, contrast, heat_image, heat_lut, mix
from playground.ui.theme.tokens import DARK, LIGHT, Theme

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


@THEMES
def test_that_the_heat_map_runs_from_negative_over_neutral_to_positive(theme: Theme) -> None:
    lut = heat_lut(theme)
    assert lut.shape == (256,)
    found = [QColor.fromRgba(int(lut[i])).name() for i in (0, 128, 255)]
    assert found == [theme.negative, theme.neutral, theme.positive]
    assert (lut >> 24 == 255).all()


@THEMES
def test_that_a_weaker_map_lies_between_neutral_and_full(theme: Theme) -> None:
    assert QColor.fromRgba(int(heat_lut(theme, 0.5)[0])).name() == mix(theme.neutral, theme.negative, 0.5)


@THEMES
def test_that_the_first_row_is_at_the_bottom(theme: Theme) -> None:
    values = np.array([[-1.0, -1.0, 0.0], [1.0, 1.0, 1.0]])
    image = heat_image(values, theme)
    assert (image.width(), image.height()) == (3, 2)
    assert image.pixelColor(0, 1).name() == theme.negative
    assert image.pixelColor(2, 1).name() == theme.neutral
    assert image.pixelColor(0, 0).name() == theme.positive


@THEMES
def test_that_numbers_that_have_run_away_still_have_a_colour(theme: Theme) -> None:
    image = heat_image(np.array([[np.nan, np.inf, -np.inf, 1e300, -7.0]]), theme)
    found = [image.pixelColor(x, 0).name() for x in range(5)]
    assert found == [theme.neutral, theme.positive, theme.negative, theme.positive, theme.negative]


def test_that_an_image_outlives_its_array() -> None:
    values = np.ones((4, 4))
    image = heat_image(values, LIGHT)
    values[:] = -1
    del values
    assert image.pixelColor(2, 2).name() == LIGHT.positive


@THEMES
def test_that_a_certain_class_has_its_own_colour_and_a_doubtful_one_lies_between(theme: Theme) -> None:
    probabilities = np.zeros((3, 2, 1))
    probabilities[:, 0, 0] = (0, 0, 1)
    probabilities[:, 1, 0] = (0.5, 0.5, 0)
    image = class_image(probabilities, theme)
    assert image.pixelColor(0, 1).name() == theme.classes[2]
    between, expected = image.pixelColor(0, 0), QColor(mix(theme.classes[0], theme.classes[1], 0.5))
    assert abs(between.red() - expected.red()) <= 1
    assert abs(between.blue() - expected.blue()) <= 1


@THEMES
def test_that_a_class_picture_without_numbers_is_neutral(theme: Theme) -> None:
    image = class_image(np.full((3, 2, 2), np.nan), theme)
    assert image.pixelColor(0, 0).name() == theme.neutral


def test_that_contrast_runs_from_one_to_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#123456", "#123456") == pytest.approx(1)
    assert contrast(LIGHT.text, LIGHT.surface) == contrast(LIGHT.surface, LIGHT.text)
