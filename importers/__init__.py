"""From a file that a school exported to checked rows and a plan of changes."""
