"""`autograder doctor`: which isolation works on this machine, and what to do where it does not."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from autograder.sandbox import doctor, memory_group
from autograder.sandbox.launch import LEVELS


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "doctor",
        help="say which isolation works on this machine",
        description=(
            "Try every isolation level for real: start a hand-in, call it, have it reach for the network and for a\n"
            "file outside. Says what to install or to change where a level does not work.\n"
            "Exit code 0 if the default level works, 1 if not."
        ),
        epilog="example: autograder doctor",
    )
    return parser


def run(options: argparse.Namespace) -> int:
    console = Console(highlight=False)
    findings = doctor.examine()
    table = Table(box=None, pad_edge=False)
    for heading in ("isolation", "works", "start", "why"):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        name = f"{finding.level} (default)" if finding.level == LEVELS[0] else finding.level
        works = "[green]yes[/]" if finding.works else "[red]no[/]"
        table.add_row(name, works, f"{finding.seconds:.1f} s" if finding.works else "", _plain(finding.why))
    console.print(table)
    for finding in findings:
        if not finding.works and finding.remedy:
            console.print(f"{finding.level}: {finding.remedy}", markup=False, soft_wrap=True)
    console.print(f"memory of a hand-in's processes together: {_memory()}", markup=False, soft_wrap=True)
    console.print(f"cores: {doctor.cores()}")
    return 0 if findings[0].works else 1


def _memory() -> str:
    if not sys.platform.startswith("linux"):
        return "not limited; it needs Linux"
    place = memory_group.find()
    if place is None:
        return "not limited, each process is: no control group can be made here (try: systemd-run --user --scope …)"
    return f"limited, by a control group in {place.folder} (version {place.version})"


def _plain(text: str) -> str:
    return text.replace("[", "\\[")
