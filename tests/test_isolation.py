"""Neither exported variables nor a `.env` file of the person who runs the tests reach them."""

import os
import subprocess
import sys

from topology.settings import Settings

PRINT_SET = "from topology.settings import Settings; print(sorted(Settings().model_fields_set))"


def test_settings_are_the_defaults_here_and_in_subprocesses():
    assert Settings().model_fields_set == set()
    assert not [name for name in os.environ if name.startswith("TRIPLEWIRE_")]
    child = subprocess.run([sys.executable, "-c", PRINT_SET], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "[]"


def test_they_stay_so_when_the_shell_and_the_working_directory_say_otherwise(tmp_path):
    (tmp_path / ".env").write_text("TRIPLEWIRE_BATCH_SIZE=7\n", encoding="utf-8")
    hostile = os.environ | {"TRIPLEWIRE_KAFKA": "elsewhere:1", "TRIPLEWIRE_PORT_BASE": "2000"}
    test = f"{__file__}::{test_settings_are_the_defaults_here_and_in_subprocesses.__name__}"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    inner = subprocess.run(command, cwd=tmp_path, env=hostile, capture_output=True, text=True, check=False)
    assert inner.returncode == 0, inner.stdout + inner.stderr
    assert "1 passed" in inner.stdout
