"""Catalogues that the product ships."""
