"""What people and programs do: one function a verb, one transaction each."""
