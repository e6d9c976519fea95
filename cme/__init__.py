"""Children missing from education: the schools' module."""
