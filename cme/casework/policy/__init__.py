"""The authority's procedure as data: packs, what may be changed of them, and the clocks they set."""
