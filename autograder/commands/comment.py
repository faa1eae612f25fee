"""`autograder comment`: say it once to everybody who is wrong in the same way."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder.comments import Comment, CommentError, read_comments, write_comments
from autograder.report.class_summary import fold, summarize
from autograder.report.visible_text import one_line
from autograder.report.wording import count
from autograder.results import SubmissionResult, read_each

_LISTED = 40
_NAMED = 4


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "comment",
        help="write a comment for all who are wrong in the same way",
        description=(
            "Without a cluster: list who is wrong in the same way, the largest clusters first. With a cluster and a\n"
            "text: keep that comment in comments.toml beside the results. It stands in every report it fits, after\n"
            "every regrade; `autograder report` puts it on the pages."
        ),
        epilog=(
            "example: autograder comment grades/optimizers\n"
            '         autograder comment grades/optimizers adam_without_correction "See week 5, slide 12." --by Ines'
        ),
    )
    parser.add_argument("results", type=Path, help="the folder given to `grade --out`")
    parser.add_argument("cluster", nargs="?", help="what the list calls it")
    parser.add_argument("text", nargs="?", help="the comment; `code` between backquotes")
    parser.add_argument("--by", default="", metavar="NAME", help="who says it")
    parser.add_argument("--remove", action="store_true", help="take the comment of this cluster back")
    return parser


def run(options: argparse.Namespace) -> int:
    from autograder.cli import CommandFailed

    results = options.results / "results"
    if not results.is_dir():
        raise CommandFailed(f"{options.results} holds no results; give the folder that `grade --out` wrote")
    try:
        comments = read_comments(options.results)
    except CommentError as error:
        raise CommandFailed(str(error)) from error
    tally = fold(summarize(one) if isinstance(one, SubmissionResult) else one for one in read_each(results))
    console = Console(highlight=False)
    if options.cluster is None:
        _list(tally.common, comments, console)
        return 0
    known = tally.clusters.get(options.cluster)
    if options.remove:
        if comments.pop(options.cluster, None) is None:
            raise CommandFailed(f"there is no comment on {options.cluster}")
        said = f"The comment on {options.cluster} is taken back."
    elif not options.text:
        raise CommandFailed("what is the comment? Give the text after the cluster, or --remove")
    elif known is None:
        raise CommandFailed(
            f"nobody is wrong in the way {options.cluster}; `autograder comment {options.results}` lists the clusters"
        )
    else:
        comments[options.cluster] = Comment(options.cluster, options.text, options.by)
        said = f"{count(len(known.rows), 'student')} will read it: {_names(known.rows)}."
    path = write_comments(options.results, comments.values())
    console.print(f"{said} Kept in {path}; `autograder report {options.results}` puts it on the pages.", markup=False)
    return 0


def _list(clusters: Any, comments: dict[str, Comment], console: Console) -> None:
    if not clusters:
        console.print("Nobody is wrong.")
    for one in clusters[:_LISTED]:
        said = f"  “{one_line(comments[one.cluster.id].text, 80)}”" if one.cluster.id in comments else ""
        console.print(f"{one.cluster.id}", style="bold", markup=False, end="")
        console.print(
            f"  {count(len(one.rows), 'student')}, {one.cluster.function}{said}", markup=False, soft_wrap=True
        )
        console.print(f"    {one_line(one.cluster.text, 100)}: {_names(one.rows)}", markup=False, soft_wrap=True)
    if len(clusters) > _LISTED:
        console.print(f"and {len(clusters) - _LISTED} smaller ones")


def _names(rows: Any) -> str:
    named = ", ".join(one_line(row.name, 40) for row in rows[:_NAMED])
    return named + (f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else "")
