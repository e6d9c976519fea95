"""Looking for children elsewhere, and for the children others look for: one function a verb."""
