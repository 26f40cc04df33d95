"""A private mail site on loopback: Postfix or Sendmail, Dovecot SASL, Redis and gatepostd."""

from .case import MailCase, SendmailCase
from .gatepostd import Gatepostd, site_time
from .imap import ImapClient
from .isolation import enter
from .milter import MilterClient
from .process import LabError, accepts, alive, free_port, poll
from .redis import Redis
from .login_case import LoginCase
from .origin_case import OriginCase
from .sender_case import SenderCase
from .site import Lab, LoginLab, PolicyLab, SendmailLab, UnaskedLoginLab
from .smtp import HUNG_UP, Reply, SmtpClient, letter, message

__all__ = ["Gatepostd", "HUNG_UP", "ImapClient", "Lab", "LabError", "LoginCase",
           "LoginLab", "MailCase", "MilterClient", "OriginCase", "PolicyLab", "Redis", "Reply",
           "SenderCase", "SendmailLab", "SmtpClient", "UnaskedLoginLab", "accepts", "alive", "enter", "free_port",
           "letter", "message", "poll", "site_time"]
