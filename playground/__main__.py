"""The command `playground`, also as `python -m playground`."""

import os
import sys


def main() -> None:
    """Run the command line; `--version` is answered before anything heavy is imported."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from playground import __version__

        sys.stdout.write(f"playground {__version__}\n")
        return
    # One thread for matrix products: networks of this size gain nothing from more, and the window needs the
    # other cores. Whoever wants more sets the variable.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    # Plug-ins of whatever else is installed are not ours to load; looking for them takes time.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from playground.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
