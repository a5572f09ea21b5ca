"""Starts a Python function: what an execution environment of a python3.x runtime runs first."""

from boda_runtime import loop

if __name__ == "__main__":
    loop.main()
