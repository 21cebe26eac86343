"""The command `playground`, also as `python -m playground`."""

import sys


def main() -> None:
    """Run the command line; `--version` is answered before anything heavy is imported."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from playground import __version__

        sys.stdout.write(f"playground {__version__}\n")
        return
    from playground.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
