"""What stops a command or the start of the server, said in one plain sentence."""


class Unusable(Exception):
    """Something given from outside cannot be used; the message says what, where and what to do.

    The command line prints it on standard error and ends with status 2.
    """
