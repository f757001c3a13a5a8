"""The kernel notebooks run in: this very Python, with the same surroundings for every user."""

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
    """Give the variables that make a run the same for every user, place and time zone.

    Parameters
    ----------
    home : the copy of the study whose data a notebook reads; None: the one it finds itself.
    """
    steady = {
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        # Sums come out the same on any number of cores, and each report keeps to one.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(Path(lewisham_study.__file__).resolve().parents[1]),
        # A matplotlibrc of the user's own would change the figures.
        "MATPLOTLIBRC": str(find_matplotlib() / "mpl-data" / "matplotlibrc"),
    }
    return steady if home is None else {**steady, HOME_VARIABLE: str(home.resolve())}


def find_matplotlib() -> Path:
    """Find matplotlib's folder, without the cost of importing it."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise StudyError("matplotlib is missing: run `make setup`")
    return Path(found.origin).parent


def use_server(address: str) -> None:
    """Have the kernels of this process forked from a server from now on."""
    os.environ[SERVER_VARIABLE] = address


def choose_kernel(folder: Path, home: Path | None = None, server: str | None = None) -> dict[str, Any]:
    """Describe the kernel in a working folder, so that no installed kernel is needed or heeded.

    Parameters
    ----------
    folder : a folder that lasts as long as the kernel.
    home : as in `steady_environment`.
    server : address of the process to fork the kernel from, see `forking.serve`; None: the one that
        `use_server` named; where none answers, an ordinary kernel is started.

    Returns
    -------
    dict
        What to hand to papermill, and through it to nbclient's client.
    """
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from traitlets import default

    from lewisham_study.report.run.kernels.client import EagerClient
    from lewisham_study.report.run.kernels.provisioner import LAUNCHER, LONGEST_ADDRESS, PROVISIONER, is_served

    server = os.environ.get(SERVER_VARIABLE, "") if server is None else server
    command = [sys.executable, "-m", LAUNCHER, "-f", "{connection_file}"]
    environment = {**steady_environment(home), "IPYTHONDIR": str(folder)}
    spec = {**get_kernel_dict(), "argv": command, "env": environment}
    if is_served(server):
        provisioner = {"provisioner_name": PROVISIONER, "config": {"address": server}}
        spec["metadata"] = {**spec["metadata"], "kernel_provisioner": provisioner}
    (folder / "python3").mkdir()
    (folder / "python3" / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")

    class OwnKernelManager(AsyncKernelManager):
        """A manager that knows the kernel in the working folder alone."""

        @default("kernel_spec_manager")
        def _know_one_kernel(self) -> KernelSpecManager:
            return KernelSpecManager(kernel_dirs=[str(folder)])

        @default("transport")
        def _keep_off_ports(self) -> str:
            # A port is chosen before the kernel takes it: on a busy machine another program takes it first.
            longest = os.fsencode(folder / "connection-ipc-1")
            return "tcp" if sys.platform == "win32" or len(longest) > LONGEST_ADDRESS else "ipc"

        @default("transport_encryption")
        def _encrypt(self) -> str:
            # An ordinary kernel warns that others on this machine may listen.
            return "auto"

        @default("connection_file")
        def _connect_here(self) -> str:
            return str(folder / "connection.json")

        @default("client_factory")
        def _lose_no_time(self) -> type[EagerClient]:
            return EagerClient

    return {"kernel_name": "python3", "language": "python", "kernel_manager_class": OwnKernelManager}
