"""Start a JupyterHub on this machine and let N learners run a lesson at the same time.

    python tests/class_hub.py 03 1 4 8

prints, for each number of learners, the seconds until all servers stand, the seconds of the fastest
and the slowest learner, and the memory of all their processes. It needs what the lessons do not:
``pip install jupyterhub`` and ``npm install -g configurable-http-proxy``.
"""

import asyncio
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

import nbformat
import psutil
import refresh
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

TOKEN = secrets.token_hex(16)
CONFIG = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.ConfigurableHTTPProxy.command = ["{proxy}"]
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"  # processes of one user: for a trial, not for a class
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/home/{{username}}"
c.Spawner.cmd = ["{python}", "-m", "jupyterhub.singleuser"]
c.Spawner.args = {root_argument}
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300
c.Spawner.environment = {{"OMP_NUM_THREADS": "1"}}
c.JupyterHub.services = [{{"name": "class", "api_token": "{token}"}}]
c.JupyterHub.load_roles = [{{
    "name": "class", "services": ["class"],
    "scopes": ["admin:users", "admin:servers", "access:servers"],
}}]
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(url: str, method: str = "GET", body=None):
    """The JSON answer of the hub or of a learner's server."""
    request = urllib.request.Request(
        url, json.dumps(body).encode() if body is not None else None, method=method,
        headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=300) as answer:
        content = answer.read()
    return json.loads(content) if content else None


def wait_for(condition, timeout=300):
    """Wait until the condition is true; TimeoutError otherwise."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        try:
            if condition():
                return
        except OSError:  # it does not answer yet
            pass
        time.sleep(0.3)
    raise TimeoutError(f"Nothing after {timeout} seconds.")


async def run_lesson(hub: str, learner: str, path: Path) -> float:
    """Start a kernel on the learner's server, run every cell; returns the seconds."""
    start = time.perf_counter()
    server = f"{hub}/user/{learner}"
    session = {"path": path.name, "name": "", "type": "notebook", "kernel": {"name": "python3"}}
    answer = await asyncio.to_thread(ask, f"{server}/api/sessions", "POST", session)
    kernel = answer["kernel"]["id"]
    address = f"{server.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels"
    headers = {"Authorization": f"token {TOKEN}"}
    connection = await websocket_connect(HTTPRequest(address, headers=headers))
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            await run_cell(connection, cell.source)
    connection.close()
    return time.perf_counter() - start


async def run_cell(connection, source: str) -> None:
    message = uuid.uuid4().hex
    header = {"msg_id": message, "msg_type": "execute_request", "username": "", "version": "5.3",
              "session": message, "date": ""}  # fmt: skip
    content = {"code": source, "silent": False, "store_history": True, "user_expressions": {},
               "allow_stdin": False, "stop_on_error": True}  # fmt: skip
    request = {"header": header, "parent_header": {}, "metadata": {}, "content": content,
               "channel": "shell", "buffers": []}  # fmt: skip
    await connection.write_message(json.dumps(request))
    while True:
        answer = await connection.read_message()
        if answer is None:
            raise RuntimeError("The connection to the kernel broke off: out of memory?")
        answer = json.loads(answer) if isinstance(answer, str) else {}
        if answer.get("parent_header", {}).get("msg_id") == message:
            if answer["msg_type"] == "execute_reply":
                if answer["content"]["status"] != "ok":
                    raise RuntimeError(f"A cell failed: {answer['content'].get('evalue')}")
                return


def memory(process: psutil.Process) -> float:
    """GB of the process and all that it started; pages that they share are counted once."""
    total = 0
    for member in [process, *process.children(recursive=True)]:
        try:
            total += member.memory_full_info().pss
        except psutil.Error:  # it has just ended
            pass
    return total / 1e9


async def lesson_for_all(hub: str, learners: list, path: Path, process) -> tuple[list, float]:
    """Seconds of each learner, and the largest memory of all processes together, in GB."""
    runs = [asyncio.create_task(run_lesson(hub, learner, path)) for learner in learners]
    peak = 0.0
    while not all(run.done() for run in runs):
        peak = max(peak, await asyncio.to_thread(memory, process))
        await asyncio.sleep(0.5)
    return [run.result() for run in runs], peak


def start_hub(folder: Path) -> tuple[subprocess.Popen, str]:
    proxy = shutil.which("configurable-http-proxy")
    if not proxy:
        raise SystemExit("configurable-http-proxy is missing: npm install -g it.")
    port, hub_port, api_port = free_port(), free_port(), free_port()
    settings = CONFIG.format(
        port=port, hub_port=hub_port, api_port=api_port, proxy=proxy, folder=folder, token=TOKEN,
        python=sys.executable,
        root_argument=["--allow-root"] if os.geteuid() == 0 else [],
    )  # fmt: skip
    (folder / "jupyterhub_config.py").write_text(settings)
    with open(folder / "log", "w") as log:
        process = subprocess.Popen([sys.executable, "-m", "jupyterhub"], cwd=folder, stdout=log,
                                   stderr=log)  # fmt: skip
    hub = f"http://127.0.0.1:{port}"
    wait_for(lambda: ask(f"{hub}/hub/api/"))
    return process, hub


def class_run(path: Path, number: int) -> str:
    """One hub, ``number`` learners, each with an own copy of the lessons."""
    learners = [f"learner{i:02d}" for i in range(number)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for learner in learners:
            shutil.copytree(refresh.NOTEBOOKS, folder / "home" / learner)
        process, hub = start_hub(folder)
        try:
            start = time.perf_counter()
            for learner in learners:
                ask(f"{hub}/hub/api/users/{learner}", "POST")
                ask(f"{hub}/hub/api/users/{learner}/server", "POST")
            for learner in learners:
                url = f"{hub}/hub/api/users/{urllib.parse.quote(learner)}"
                wait_for(lambda url=url: ask(url)["servers"].get("", {}).get("ready"))
            up = time.perf_counter() - start
            times, peak = asyncio.run(
                lesson_for_all(hub, learners, path, psutil.Process(process.pid))
            )
        except BaseException:
            print((folder / "log").read_text()[-3000:], file=sys.stderr)
            raise
        finally:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.terminate()
            process.terminate()
            process.wait(60)
    return (
        f"| {number} | {up:.0f} s | {min(times):.0f} s | {max(times):.0f} s | {peak:.1f} GB "
        f"| {peak / number * 1000:.0f} MB |"
    )


if __name__ == "__main__":
    (lesson,) = refresh.lessons(sys.argv[1:2])
    print(f"{lesson.name} on {psutil.cpu_count()} cores")
    print("| Learners | All servers up | Fastest | Slowest | Memory of all | Per learner |")
    print("|---|---|---|---|---|---|")
    for count in sys.argv[2:]:
        print(class_run(lesson, int(count)), flush=True)
