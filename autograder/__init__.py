"""The course's grading engine. It knows no assignment by name; `assignment.toml` tells it everything."""

__version__ = "0.1.0"
