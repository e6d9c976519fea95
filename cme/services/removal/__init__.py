"""Coming off a roll, from the joint statement to the record of children on none: one function a verb."""
