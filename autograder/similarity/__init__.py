"""Which hand-ins of a class look alike: a pointer for a person who reads them, never a verdict."""
