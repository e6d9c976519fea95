"""Case references in addresses: CME-26-0042."""

from werkzeug.routing import BaseConverter


class CaseReferenceConverter(BaseConverter):
    """Lets through what is written like a reference of ours and nothing else."""

    regex = "CME-[0-9]{2}-[0-9]{4,7}"
