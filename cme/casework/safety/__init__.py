"""Children at risk now: flags, urgent cards, restrictions on contact, missing episodes, and being found."""
