"""What approving a register would do, and the questions about the file as a whole that come first."""
