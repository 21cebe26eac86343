"""Where the theme's files are."""

from pathlib import Path

from playground.paths import resources


def theme_file(*parts: str) -> Path:
    """Return the path of a file of the theme, such as `theme_file("fonts", "Inter-Regular.otf")`."""
    return resources().joinpath("theme", *parts)
