"""An interrupt of the kernel reaches a student's code, also where a thread of its own (a subshell) hears the page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager, start_new_kernel

ROOT = Path(__file__).resolve().parents[2]
SETUP = f"""
import sys, time, types
sys.path[:0] = [{str(ROOT / "student_skeleton")!r}]
from explorables import TrialsExplorer, trial_again
trial_again._data = lambda photos, size: None

def fit(config, data, device, seed):
    global reached
    reached = True
    while True:
        time.sleep(0.01)

reached = False
trials = {str(ROOT / "assignments/bees_vs_wasps/handed_in/trials.csv")!r}
explorer = TrialsExplorer(trials, types.SimpleNamespace(fit=fit))
print(explorer.model_id)
"""


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[tuple[KernelManager, Any]]:
    manager, client = start_new_kernel(cwd=str(tmp_path), startup_timeout=60)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def printed(client: Any, code: str) -> str:
    said: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        content = message["content"]
        said.append(content.get("text", "") or "\n".join(content.get("traceback", [])))

    client.execute_interactive(code, timeout=60, output_hook=hear, allow_stdin=False)
    return "".join(said).strip()


@pytest.mark.parametrize("where", ["the main thread", "a subshell"])
def test_an_interrupt_ends_a_training_that_the_page_asked_for(kernel: tuple[KernelManager, Any], where: str) -> None:
    manager, client = kernel
    comm = printed(client, SETUP)
    data = {"method": "update", "state": {"settings": {"chosen": 1, "train": 1}}, "buffer_paths": []}
    message = client.session.msg("comm_msg", {"comm_id": comm, "data": data})
    if where == "a subshell":
        printed(client, "explorer.comm._reply_subshell_for = None")  # kernels of today keep pages out of subshells
        request = client.session.msg("create_subshell_request", {})
        client.control_channel.send(request)
        message["header"]["subshell_id"] = client.get_control_msg(timeout=30)["content"]["subshell_id"]
    client.shell_channel.send(message)
    time.sleep(5)
    manager.interrupt_kernel()

    assert printed(client, "print(reached, explorer.answer['trouble'])") == (
        "True {'kind': 'interrupted', 'text': 'interrupted', 'where': ''}"
    )
