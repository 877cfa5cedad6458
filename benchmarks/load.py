"""Servers in processes of their own and clients that keep them busy, for figures over HTTP."""

from __future__ import annotations

import http.client
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

THREADS = 8


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: method, path, form body, and the cookie it goes with."""

    path: str
    body: str = ""
    cookie: str = ""
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a round of requests gave: wall seconds, each request's milliseconds, bad statuses."""

    seconds: float
    milliseconds: list[float]
    refused: list[int]

    @property
    def rate(self) -> float:
        return len(self.milliseconds) / self.seconds

    def percentile(self, share: float) -> float:
        return sorted(self.milliseconds)[int(len(self.milliseconds) * share)]


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]

    @property
    def megabytes(self) -> float:
        """Resident memory now."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20

    @property
    def cpu_seconds(self) -> float:
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)


@contextmanager
def served(target: str, environment: dict[str, str]) -> Iterator[Server]:
    """`module:app` under waitress with as many threads as ours has clients, until left."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    module, name = target.split(":")
    code = (
        f"from {module} import {name} as app; import waitress; "
        f"waitress.serve(app, host='127.0.0.1', port={port}, threads={THREADS})"
    )
    process = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, **environment})
    try:
        _wait(port)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not come up")


def ask(port: int, asks: Sequence[Ask], *, clients: int) -> Answers:
    """Send every request, shared among `clients` connections, from another process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_ask, (port, list(asks), clients))


def ask_in_turn(asked: Sequence[tuple[int, Ask]], *, times: int) -> list[Answers]:
    """One client asks each (port, request) in turn, so many times; what each of them gave.

    For comparing servers: a busy moment of the machine is in all of them.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_ask_in_turn, (list(asked), times))


def _ask_in_turn(asked: list[tuple[int, Ask]], times: int) -> list[Answers]:
    ends = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for port, _each in asked]
    found = [Answers(0.0, [], []) for _each in asked]
    for _ in range(times):
        for connection, (_port, each), told in zip(ends, asked, found, strict=True):
            began = time.perf_counter()
            status = _send(connection, each)
            told.milliseconds.append((time.perf_counter() - began) * 1000)
            if status >= 400:
                told.refused.append(status)
    return found


def _send(connection: http.client.HTTPConnection, each: Ask) -> int:
    """One request, its answer read to the end; the status."""
    headers = {"Cookie": each.cookie, "Accept-Encoding": "gzip"}
    if each.body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(each.method, each.path, each.body or None, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _ask(port: int, asks: list[Ask], clients: int) -> Answers:
    taken, refused = [list[float]() for _ in range(clients)], list[int]()

    def work(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for each in asks[number::clients]:
            began = time.perf_counter()
            status = _send(connection, each)
            taken[number].append((time.perf_counter() - began) * 1000)
            if status >= 400:
                refused.append(status)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    return Answers(seconds, [ms for each in taken for ms in each], refused)
