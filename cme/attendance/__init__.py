"""What the register says: codes, school days, register lines, the three runs and their ledger. Pure."""
