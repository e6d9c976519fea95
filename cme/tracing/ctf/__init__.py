"""The Common Transfer File (CTF): its names, its content, and how it is written."""
