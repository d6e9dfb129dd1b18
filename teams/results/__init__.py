"""Official results of races."""
