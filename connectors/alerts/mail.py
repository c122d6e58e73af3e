"""Alerts by e-mail."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime

from connectors.alerts.event import Event
from connectors.alerts.settings import MailSettings
from hub.errors import ConfigurationError, RetryableError

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SILENCE = 20.0  # seconds


def send_mail(settings: MailSettings, event: Event) -> None:
    """Hands the message to the mail server. Raises `ConfigurationError` when it refuses login or addresses,
    `RetryableError` when it cannot be reached or will not take the message now.
    """
    try:
        with _connected(settings) as server:
            if settings.user is not None and settings.password is not None:
                server.login(settings.user, settings.password.get_secret_value())
            server.send_message(_message(settings, event))
    except smtplib.SMTPAuthenticationError:
        raise ConfigurationError("mail-login", f"{settings.host} refuses the login for alerts") from None
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused):
        raise ConfigurationError(
            "mail-address", f"{settings.host} refuses an address of the alerts"
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        raise RetryableError(
            "mail-not-sent", f"{settings.host} did not take the alert ({type(error).__name__})"
        ) from None


def _connected(settings: MailSettings) -> smtplib.SMTP:
    port = settings.port or _PORTS[settings.security]
    safe = ssl.create_default_context()
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, port, timeout=_SILENCE, context=safe)
    server = smtplib.SMTP(settings.host, port, timeout=_SILENCE)
    if settings.security == "starttls":
        try:
            server.starttls(context=safe)
        except (smtplib.SMTPException, OSError):
            server.close()
            raise
    return server


def _message(settings: MailSettings, event: Event) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = settings.sender, ", ".join(settings.to)
    message["Subject"] = event.subject.replace("\n", " ")
    message["Date"] = format_datetime(event.at)
    message["Message-ID"] = f"<{event.id}@{settings.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content("\n".join([event.subject, "", *event.lines, ""]))
    return message
