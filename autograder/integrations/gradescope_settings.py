"""What an autograder on Gradescope was built with: ``gradescope.json`` in its zip."""

from __future__ import annotations

import msgspec

from autograder.export.gradescope_results import GradescopeVisibility
from autograder.sandbox.launch import Isolation

FILE = "gradescope.json"


class GradescopeSettings(msgspec.Struct, frozen=True, kw_only=True):
    assignment: str
    seed: int = 0
    hidden_checks: GradescopeVisibility = "after_published"
    """When students see hidden checks, and with them their total."""
    isolation: Isolation = "user"
    """Gradescope's containers run as root and allow no namespaces."""
