"""`python -m autograder`: the same command without an installation, as the hand-out bundle uses it."""

from autograder.cli import main

raise SystemExit(main())
