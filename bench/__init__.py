"""`make bench`: every figure beside its reference in the same run, in turns; only ratios travel between machines."""
