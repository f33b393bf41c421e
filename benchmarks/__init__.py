"""How fast a build is and what it costs, as ratios to other programs on the same machine in the same run."""
