"""Who may do and see what: roles, permissions, the policy table and the scope of a person. Pure."""
