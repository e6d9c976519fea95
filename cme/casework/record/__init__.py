"""The record of children on no school's roll, and the return that is counted from it."""
