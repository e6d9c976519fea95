"""Speed and memory, measured as ratios in one run; no part of the tests. Start with `make bench`."""
