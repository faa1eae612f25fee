"""`autograder report`: pages, summary and table from results that are there."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder.comments import CommentError, read_comments
from autograder.export.summary import write_summary_csv
from autograder.report.class_summary import fold, summarize
from autograder.report.terminal import print_class
from autograder.result_schema import json_schema
from autograder.results import SubmissionResult, read_each


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "report",
        help="write the pages of a graded class again",
        description="Write a page for every student, the class page and summary.csv from the results in a folder.",
        epilog="example: autograder report grades/optimizers\n         autograder report --schema > result.schema.json",
    )
    parser.add_argument("results", type=Path, help="the folder given to `grade --out`")
    parser.add_argument(
        "--schema", action=_PrintSchema, nargs=0, help="print the JSON Schema of a result file, for other programs"
    )
    return parser


class _PrintSchema(argparse.Action):
    """Prints and ends, as `--version` does: no folder is needed."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any, **__: Any) -> None:
        print(json.dumps(json_schema(), indent=1))
        parser.exit(0)


def run(options: argparse.Namespace) -> int:
    from autograder.cli import CommandFailed

    if not (options.results / "results").is_dir():
        raise CommandFailed(f"{options.results} holds no results; give the folder that `grade --out` wrote")
    return write_reports(options.results, Console(highlight=False), pages=True)


def write_reports(folder: Path, console: Console, pages: bool) -> int:
    """Everything that only reads results. Returns 1 while a fault of ours keeps a grade from being released."""
    results = folder / "results"
    seen = [summarize(one) if isinstance(one, SubmissionResult) else one for one in read_each(results)]
    print_class(seen, console)
    write_summary_csv(results, folder / "summary.csv")
    console.print(f"summary:    {folder / 'summary.csv'}", markup=False, soft_wrap=True)
    if pages:
        from autograder.cli import CommandFailed
        from autograder.report.site import write_site

        try:
            comments = {cluster: one.text for cluster, one in read_comments(folder).items()}
        except CommentError as error:
            raise CommandFailed(str(error)) from error
        page = write_site(results, folder / "report", comments=comments)
        console.print(f"class page: {page}", markup=False, soft_wrap=True)
    tally = fold(seen)
    if tally.rows and all(any(one.kind == "refused" for one in row.concerns) for row in tally.rows):
        console.print(
            "every hand-in was refused: is this the folder of the class, and of this assignment?", style="bold red"
        )
        return 1
    return 1 if tally.unreadable or any(row.our_faults for row in tally.rows) else 0
