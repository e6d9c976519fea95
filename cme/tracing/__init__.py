"""Finding a child elsewhere: trace requests, their answers, and lost-pupil files (CTF). Pure."""
