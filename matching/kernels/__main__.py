"""Compiles all loops now, so that no later run has to: `python -m matching.kernels`."""

from __future__ import annotations

from matching.kernels import load

if __name__ == "__main__":
    load()
