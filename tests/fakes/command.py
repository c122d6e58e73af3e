"""The command in this process: what it prints and its exit code, without the second it takes to start.

That it works as a process of its own is what `tests/e2e/test_command_line.py` sees to.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import main


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def called(*arguments: str, folder: Path, environ: Mapping[str, str] | None = None) -> Done:
    """Runs the command in a folder, as a pipe."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, value in (environ or {}).items():
            patch.setenv(name, value)
        code = main(list(arguments))
    return Done(code, out.getvalue(), err.getvalue())
