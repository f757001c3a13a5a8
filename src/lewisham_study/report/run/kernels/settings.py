"""Settings of the kernels: this Python, with the same environment for every user."""

from __future__ import annotations

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import lewisham_study
from lewisham_study.errors import StudyError
from lewisham_study.paths import HOME_VARIABLE

SERVER_VARIABLE = "LEWISHAM_STUDY_KERNELS"


def steady_environment(home: Path | None = None) -> dict[str, str]:
    """Return the environment variables that make a run the same for every user; `home` is the study to read."""
    environment = {
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        # Sums are the same on any number of cores, and each report uses one.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        # The allocator in pyarrow would start a thread, and a process with threads should not fork: Python 3.12 warns.
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        # The debugger that an ordinary kernel imports sets it; forked kernels do without.
        "PYDEVD_USE_FRAME_EVAL": "NO",
        "PYTHONPATH": str(Path(lewisham_study.__file__).resolve().parents[1]),
        # The user's own matplotlibrc would change the figures.
        "MATPLOTLIBRC": str(find_matplotlib() / "mpl-data" / "matplotlibrc"),
    }
    return environment if home is None else {**environment, HOME_VARIABLE: str(home.resolve())}


def find_matplotlib() -> Path:
    """Find matplotlib's folder without importing it, which is slow."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise StudyError("matplotlib is missing: run `make setup`")
    return Path(found.origin).parent


def use_server(address: str) -> None:
    """Fork this process's kernels from the server at an address from now on."""
    os.environ[SERVER_VARIABLE] = address


def choose_kernel(folder: Path, home: Path | None = None) -> dict[str, Any]:
    """Return papermill's arguments for a kernel described in a temporary folder, whatever kernels are installed.

    It is forked from the server set by `use_server`; if none answers, it is started as an ordinary process.
    """
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    from lewisham_study.report.run.kernels.client import EagerClient
    from lewisham_study.report.run.kernels.provisioner import LAUNCHER, LONGEST_ADDRESS, PROVISIONER, is_served

    server = os.environ.get(SERVER_VARIABLE, "")
    command = [sys.executable, "-m", LAUNCHER, "-f", "{connection_file}"]
    environment = {**steady_environment(home), "IPYTHONDIR": str(folder)}
    spec = {**get_kernel_dict(), "argv": command, "env": environment}
    if is_served(server):
        provisioner = {"provisioner_name": PROVISIONER, "config": {"address": server}}
        spec["metadata"] = {**spec["metadata"], "kernel_provisioner": provisioner}
    (folder / "python3").mkdir()
    (folder / "python3" / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")

    # A TCP port is chosen before the kernel takes it: on a busy machine another program may take it first.
    has_sockets = sys.platform != "win32" and len(os.fsencode(folder / "connection-ipc-1")) <= LONGEST_ADDRESS

    class TemporaryKernelManager(AsyncKernelManager):
        """A manager that knows only the kernel in the temporary folder."""

        def __init__(self, **options: Any) -> None:
            super().__init__(
                kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(folder)]),
                connection_file=str(folder / "connection.json"),
                transport="ipc" if has_sockets else "tcp",
                transport_encryption="auto",  # without it kernels warn that other users may listen
                client_factory=EagerClient,
                **options,
            )

    return {"kernel_name": "python3", "language": "python", "kernel_manager_class": TemporaryKernelManager}
