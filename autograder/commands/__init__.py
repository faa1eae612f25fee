"""One module for each verb of the command line: `add(subparsers)` describes it, `run(options)` does it."""
