"""Makes up a plausible class for any assignment, from its solutions, right styles and misconceptions alone."""

from autograder.sample_class.write import ROSTER, FolderTaken, Planted, read_roster, write

__all__ = ["ROSTER", "FolderTaken", "Planted", "read_roster", "write"]
