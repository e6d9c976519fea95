"""What a file says of pupils beside identity and marks, and what that changes on the roll."""
