"""Fork kernels from a process that has already imported the slow libraries, instead of starting new processes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import struct
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
"""The name under which pyproject.toml registers `ForkProvisioner` with jupyter_client."""
SERVER = "lewisham_study.report.run.kernels.forkserver"
LONGEST_ADDRESS = 100
SOCKET = "kernels"
LAUNCHER = "ipykernel_launcher"
UNKNOWN_CODE = 255
KILL_MILLISECONDS = 1000


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
    """Run a fork server and yield its address, or "" on systems other than Linux.

    The socket is in `folder`, which must be private. The server makes the `call`, see `encode_call`, before any fork.
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
        # Leaving the block closes the server's standard input, which ends it.


def is_served(address: str) -> bool:
    """Return whether a server answers at an address."""
    if not address:
        return False
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        return True
    return False


class ForkProvisioner(LocalProvisioner):
    """A kernel provisioner for jupyter_client that forks kernels from a server."""

    address = Unicode(help="address of the fork server").tag(config=True)

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Fork a kernel with the command's arguments and environment, ignoring its program."""
        self.cwd = options.get("cwd") or Path.cwd()
        arguments = cmd[cmd.index(LAUNCHER) + 1 :]
        kernel: Any = ForkedKernel(self.address, arguments, options["env"], str(self.cwd))
        self.process, self.pid, self.pgid = kernel, kernel.pid, kernel.pid
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and wait until it has ended: a millisecond or so, where the manager looks every 0.1 s."""
        await super().kill(restart)
        for _ in range(KILL_MILLISECONDS):
            if await self.poll() is not None:
                return
            await asyncio.sleep(0.001)


class ForkedKernel:
    """A forked kernel with the part of `subprocess.Popen` that provisioners use."""

    stdin = stdout = stderr = None

    def __init__(self, address: str, arguments: list[str], environment: dict[str, str], folder: str) -> None:
        self.returncode: int | None = None
        request = json.dumps({"arguments": arguments, "environment": environment, "folder": folder})
        self.connection = socket.socket(socket.AF_UNIX)
        try:
            self.connection.connect(address)
            self.connection.sendall(request.encode() + b"\n")
            self.pid = NUMBER.unpack(self.connection.recv(NUMBER.size, socket.MSG_WAITALL))[0]
        except (OSError, struct.error):
            # The server may die between the look for it and this request, or before it answers.
            self.connection.close()
            raise RuntimeError("the process that forks kernels ended") from None

    def poll(self) -> int | None:
        """Return the exit code, or None while the kernel runs."""
        return self._receive_code(socket.MSG_DONTWAIT)

    def wait(self) -> int:
        """Wait until the kernel ends and return its exit code."""
        code = self._receive_code(socket.MSG_WAITALL)
        return UNKNOWN_CODE if code is None else code

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel if it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def _receive_code(self, flags: int) -> int | None:
        if self.returncode is None:
            try:
                data = self.connection.recv(NUMBER.size, flags)
            except BlockingIOError:
                return None
            except OSError:
                data = b""
            # If the server has died, the exit codes of its kernels are unknown.
            self.returncode = NUMBER.unpack(data)[0] if len(data) == NUMBER.size else UNKNOWN_CODE
            self.connection.close()
        return self.returncode
