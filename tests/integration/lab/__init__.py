"""A private mail site on loopback: Postfix or Sendmail, Dovecot SASL, Redis and gatepostd."""

from .case import MailCase, SendmailCase
from .gatepostd import Gatepostd, site_time
from .isolation import enter
from .milter import MilterClient
from .process import LabError, accepts, alive, free_port, poll
from .redis import Redis
from .sender_case import SenderCase
from .site import Lab, SendmailLab
from .smtp import HUNG_UP, Reply, SmtpClient, letter, message

__all__ = ["Gatepostd", "HUNG_UP", "Lab", "LabError", "MailCase", "MilterClient", "Redis", "Reply",
           "SenderCase", "SendmailLab", "SmtpClient", "accepts", "alive", "enter", "free_port",
           "letter", "message", "poll", "site_time"]
