package org.tocsin.delivery.email;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.ParseException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.util.MailConnectException;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryOutcome.ChannelDown;
import org.tocsin.delivery.DeliveryOutcome.Misconfigured;
import org.tocsin.delivery.DeliveryOutcome.Rejected;
import org.tocsin.delivery.DeliveryOutcome.Throttled;
import org.tocsin.delivery.DeliveryOutcome.Unconfirmed;
import org.tocsin.delivery.DeliveryOutcome.Unreachable;
import org.tocsin.delivery.TransportFailure;

/**
 * What an exception of Angus Mail (the SMTP client in camel-mail) means, by where in the dialogue it failed (RFC 5321):
 * a message counts as taken only by the answer to the dot that ends it. So a refusal, and any failure before the dot,
 * is certain; a connection that is lost around the dot is not. Codes are reply code and enhanced status code, digits
 * only: the server's text repeats the address.
 */
final class SmtpFailure {
    private static final Pattern ENHANCED = Pattern.compile("(?<![0-9.])([245]\\.[0-9]{1,3}\\.[0-9]{1,3})(?![0-9.])");
    private static final int MOST_CAUSES = 32;

    /** Greylisting wants some minutes; a busy server less. */
    private static final Duration TEMPORARY = Duration.ofSeconds(60);

    private SmtpFailure() {}

    static DeliveryOutcome outcome(Throwable failure) {
        List<Throwable> chain = chain(failure);
        for (Throwable t : chain) {
            DeliveryOutcome outcome = answer(t);
            if (outcome != null) {
                return outcome;
            }
        }
        DeliveryOutcome transport = TransportFailure.outcome(failure);
        if (transport instanceof Unreachable) {
            return transport;
        }
        for (Throwable t : chain) {
            if (t instanceof MailConnectException) {
                return new Unreachable("connect-failed");
            }
            // Angus has no class of its own for a greeting other than 220.
            if (t instanceof MessagingException
                    && (says(t, "Got bad greeting from SMTP host") || says(t, "Could not connect to SMTP host"))) {
                return new Unreachable("smtp-greeting");
            }
            if (t instanceof MessagingException && says(t, "STARTTLS is required")) {
                return new ChannelDown("starttls-missing");
            }
            if (t instanceof MessagingException && says(t, "Could not convert socket to TLS")) {
                return new Unreachable("tls-handshake");
            }
        }
        return transport;
    }

    /** Jakarta Mail hangs the failures of single recipients on {@code nextException}. */
    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        Deque<Throwable> open = new ArrayDeque<>(List.of(failure));
        while (!open.isEmpty() && chain.size() < MOST_CAUSES) {
            Throwable t = open.poll();
            chain.add(t);
            if (t.getCause() != null) {
                open.add(t.getCause());
            }
            if (t instanceof MessagingException mail
                    && mail.getNextException() != null
                    && mail.getNextException() != t.getCause()) {
                open.add(mail.getNextException());
            }
        }
        // The recipient's own refusal says more than the summary that it hangs on.
        chain.sort((a, b) ->
                Boolean.compare(b instanceof SMTPAddressFailedException, a instanceof SMTPAddressFailedException));
        return chain;
    }

    private static @Nullable DeliveryOutcome answer(Throwable t) {
        if (t instanceof SMTPAddressFailedException refused) {
            return recipient(refused.getReturnCode(), refused.getMessage());
        }
        if (t instanceof SMTPSenderFailedException refused) {
            return sender(refused.getReturnCode(), refused.getMessage());
        }
        if (t instanceof SMTPSendFailedException refused) {
            return command(refused);
        }
        if (t instanceof AuthenticationFailedException) {
            return new ChannelDown("auth-failed");
        }
        if (t instanceof AddressException) {
            return new Rejected("address-malformed", true);
        }
        return t instanceof ParseException ? new Misconfigured("message-malformed") : null;
    }

    private static DeliveryOutcome recipient(int reply, @Nullable String text) {
        String code = code(reply, text);
        return switch (reply / 100) {
            case 5 -> new Rejected(code, aboutTheAddress(reply, code));
            case 4 -> reply == 421 ? new Unreachable(code) : new Throttled(code, TEMPORARY, Throttled.Scope.SERVER);
            // Lost while RCPT was answered: the content had not begun.
            default -> new Unreachable("closed-before-data");
        };
    }

    /** Not of a full mailbox (5.2.2) or of a policy (5.7.x): those say nothing about tomorrow. */
    private static boolean aboutTheAddress(int reply, String code) {
        int blank = code.indexOf(' ');
        if (blank < 0) {
            return reply == 550 || reply == 551 || reply == 553;
        }
        return code.startsWith("5.1.", blank + 1) || code.startsWith("5.2.1", blank + 1);
    }

    private static DeliveryOutcome sender(int reply, @Nullable String text) {
        String code = code(reply, text);
        return switch (reply / 100) {
            case 5 -> new ChannelDown(code);
            case 4 -> reply == 421 ? new Unreachable(code) : new Throttled(code, TEMPORARY, Throttled.Scope.SERVER);
            default -> new Unreachable("closed-before-data");
        };
    }

    private static DeliveryOutcome command(SMTPSendFailedException refused) {
        int reply = refused.getReturnCode();
        String command =
                refused.getCommand() == null ? "" : refused.getCommand().strip().toUpperCase(Locale.ROOT);
        String code = code(reply, refused.getMessage());
        boolean mailFrom = command.startsWith("MAIL");
        return switch (reply / 100) {
            case 5 -> reply == 530 || reply == 535 || mailFrom ? new ChannelDown(code) : new Rejected(code, false);
            case 4 -> reply == 421 ? new Unreachable(code) : new Throttled(code, TEMPORARY, Throttled.Scope.SERVER);
            default ->
                // No answer. Only what came before the dot (or the last chunk) is certain.
                mailFrom || command.startsWith("RCPT") || command.equals("DATA")
                        ? new Unreachable("closed-before-data")
                        : new Unconfirmed("closed-after-data");
        };
    }

    private static String code(int reply, @Nullable String text) {
        String first = text == null ? "" : text.lines().findFirst().orElse("");
        Matcher enhanced = ENHANCED.matcher(first.substring(0, Math.min(80, first.length())));
        // It follows the reply code; further on it could be part of an address or a host name.
        return enhanced.find() && enhanced.start() <= 4 ? reply + " " + enhanced.group(1) : Integer.toString(reply);
    }

    private static boolean says(Throwable t, String beginning) {
        return t.getMessage() != null && t.getMessage().startsWith(beginning);
    }
}
