"""Who is who: UPNs and names. Pure."""
