"""Children looked for by other authorities and by ours: requests out, and what is answered."""

from cme.web.tracing import endings, matches, messages, outgoing, replies, sending, writing
from cme.web.tracing.blueprint import blueprint

__all__ = ["blueprint", "endings", "matches", "messages", "outgoing", "replies", "sending", "writing"]
