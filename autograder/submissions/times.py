"""When something was handed in, as the learning systems write it down beside the hand-ins."""

from __future__ import annotations

import io
import json
import re
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[ T](?P<time>\d\d:\d\d:\d\d)(?P<fraction>\.\d+)? *"
    r"(?P<zone>Z|[+-]\d\d:?\d\d|[A-Za-z][\w+-]*(?:/[\w+-]+)*)?"
)


@dataclass(frozen=True)
class Metadata:
    """What Gradescope's ``submission_metadata.yml`` says about one submission."""

    names: list[str]
    created_at: str | None


def iso_time(text: str) -> str | None:
    """A time as ISO 8601 in UTC; None if it is none, or in a zone this machine does not know.

    Without a zone it is UTC, as nbgrader has it.
    """
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    fraction = (found["fraction"] or ".0")[:7]
    try:
        moment = datetime.fromisoformat(f"{found['date']}T{found['time']}{fraction:0<7}")
        return moment.replace(tzinfo=_zone(found["zone"] or "UTC")).astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return None


def gradescope_metadata(content: bytes) -> dict[str, Metadata]:
    """Folder name → names and time.

    The file is YAML with Ruby's symbols as keys. Only keys at the depth where Gradescope itself writes them count, so
    that nothing in a submission's own results, which are in the same file, is taken for them.
    """
    found: dict[str, Metadata] = {}
    folder = section = ""
    for raw in io.BytesIO(content):
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if top := re.fullmatch(r"(submission_\w+):", line):
            folder, section = top[1], ""
            found[folder] = Metadata([], None)
        elif not line.startswith(" "):
            folder = folder if line.startswith("#") else ""
        elif folder:
            if key := re.match(r"  :(\w+):", line):
                section = key[1]
            if section == "submitters" and (name := re.fullmatch(r"(?:  - |    ):name: (.+)", line)):
                found[folder].names.append(_scalar(name[1]))
            # Either the time itself, or, below a tag, Ruby's record of it, whose `utc` is the time.
            time = re.fullmatch(r"  :created_at: (.+)|    utc: (?:&\w+ )?(.+)", line)
            if section == "created_at" and time and found[folder].created_at is None:
                found[folder] = Metadata(found[folder].names, iso_time(_scalar(time[1] or time[2])))
    return found


def _zone(name: str) -> tzinfo:
    if name in ("Z", "UTC"):
        return UTC
    if name[0] in "+-":
        zone = datetime.strptime(name, "%z").tzinfo
        assert zone is not None
        return zone
    return zoneinfo.ZoneInfo(name)


def _scalar(text: str) -> str:
    text = text.strip()
    if text.startswith("'") and text.endswith("'") and len(text) > 1:
        return text[1:-1].replace("''", "'")
    if text.startswith('"'):
        # YAML's escapes are JSON's and a few more; a name that uses those is shown as it is written.
        try:
            return str(json.loads(re.sub(r"\\x([0-9A-Fa-f]{2})", r"\\u00\1", text)))
        except ValueError:
            return text.strip('"')
    return text
