"""Kernels forked from a process with the heavy imports done: each a fresh process, without the cost of its start."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Unicode

from lewisham_study.report.run.kernels.forkserver import NUMBER

PROVISIONER = "lewisham-study-fork"
"""The name of `ForkProvisioner` among jupyter_client's kernel provisioners, see pyproject.toml."""
SERVER = "lewisham_study.report.run.kernels.forkserver"
LONGEST_ADDRESS = 100
SOCKET = "kernels"
LAUNCHER = "ipykernel_launcher"
UNKNOWN_END = 255
PATIENCE = 1000
"""Milliseconds within which a kernel that is killed ends."""


def encode_call(function: partial[Any] | None) -> str:
    """Encode a function of a module and its keyword arguments as JSON.

    Examples
    --------
    >>> encode_call(partial(json.dumps, indent=1))
    '{"module": "json", "function": "dumps", "arguments": {"indent": 1}}'
    """
    if function is None:
        return "null"
    made: Any = function.func
    return json.dumps({"module": made.__module__, "function": made.__qualname__, "arguments": function.keywords})


@contextlib.contextmanager
def serve(folder: Path, environment: dict[str, str], call: str = "null") -> Iterator[str]:
    """Run a server that forks kernels in this environment; yield its address, or "" where forking is unsafe.

    Its socket lies in `folder`, which nobody else may enter. It makes the `call`, see `encode_call`, before any fork.
    """
    address = str(folder / SOCKET)
    if sys.platform != "linux" or len(address) > LONGEST_ADDRESS:
        yield ""
        return
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(128)
        number = listener.fileno()
        command = [sys.executable, "-m", SERVER, str(number), call]
        server = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, pass_fds=[number], start_new_session=True
        )
    with server:
        yield address
        # Leaving closes its standard input, which ends it.


def is_served(address: str) -> bool:
    """Tell whether a server answers at an address."""
    if not address:
        return False
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as asker:
        asker.connect(address)
        return True
    return False


class ForkProvisioner(LocalProvisioner):
    """A kernel provisioner of jupyter_client that has the kernel forked where the local one starts a program."""

    address = Unicode(help="where the server listens that forks kernels").tag(config=True)

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Fork a kernel; the command's arguments and environment count, its program does not."""
        self.cwd = options.get("cwd") or Path.cwd()
        arguments = cmd[cmd.index(LAUNCHER) + 1 :]
        kernel: Any = ForkedKernel(self.address, arguments, options["env"], str(self.cwd))
        self.process, self.pid, self.pgid = kernel, kernel.pid, kernel.pid
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and wait for its end, a matter of milliseconds: the manager looks every tenth of a second."""
        await super().kill(restart)
        for _ in range(PATIENCE):
            if await self.poll() is not None:
                return
            await asyncio.sleep(0.001)


class ForkedKernel:
    """A forked kernel with the part of `subprocess.Popen` that provisioners use."""

    stdin = stdout = stderr = None

    def __init__(self, address: str, arguments: list[str], environment: dict[str, str], folder: str) -> None:
        self.returncode: int | None = None
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.connect(address)
        request = {"arguments": arguments, "environment": environment, "folder": folder}
        self.connection.sendall(json.dumps(request).encode() + b"\n")
        self.pid = NUMBER.unpack(self.connection.recv(NUMBER.size, socket.MSG_WAITALL))[0]

    def poll(self) -> int | None:
        """Give the exit code; None while it runs."""
        return self._read(socket.MSG_DONTWAIT)

    def wait(self) -> int:
        """Wait for its end; give the exit code."""
        code = self._read(socket.MSG_WAITALL)
        return UNKNOWN_END if code is None else code

    def send_signal(self, number: int) -> None:
        """Send it a signal while it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def _read(self, how: int) -> int | None:
        if self.returncode is None:
            try:
                data = self.connection.recv(NUMBER.size, how)
            except BlockingIOError:
                return None
            except OSError:
                data = b""
            # A server that died cannot say how its kernels end.
            self.returncode = NUMBER.unpack(data)[0] if len(data) == NUMBER.size else UNKNOWN_END
            self.connection.close()
        return self.returncode
