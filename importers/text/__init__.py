"""Words, dates and marks as cells give them."""
