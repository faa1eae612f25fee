"""An assignment as otter-grader hands it out, and the plugin by which `otter run` gives our points."""
