"""A course for nbgrader: its notebooks, and what nbgrader runs of ours when it grades."""
