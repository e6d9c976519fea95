"""Files for people: data in, bytes out."""
