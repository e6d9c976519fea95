"""Coming off a roll: the grounds, the facts on record, and the gate."""
