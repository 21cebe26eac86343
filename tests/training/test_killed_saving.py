"""A process that is killed while it saves leaves a whole project, the old one or the new one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "kill_while_saving.py"


@pytest.mark.skipif(os.name != "posix", reason="processes are killed and forked as on POSIX systems")
def test_that_a_process_that_is_killed_while_saving_leaves_a_whole_project() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--times", "5"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Killed 5 times" in done.stdout
