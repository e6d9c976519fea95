"""Reasonable enquiries: the catalogue, when each is due, what came of it, and how far they have come."""
