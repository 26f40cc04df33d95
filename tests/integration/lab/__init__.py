"""A private mail site on loopback: Postfix, Dovecot SASL, Redis and gatepostd."""

from .case import MailCase
from .gatepostd import Gatepostd, site_time
from .isolation import enter
from .milter import MilterClient
from .process import LabError, accepts, alive, free_port, poll
from .redis import Redis
from .site import Lab
from .smtp import HUNG_UP, Reply, SmtpClient, message

__all__ = ["Gatepostd", "HUNG_UP", "Lab", "LabError", "MailCase", "MilterClient", "Redis", "Reply",
           "SmtpClient", "accepts", "alive", "enter", "free_port", "message", "poll", "site_time"]
