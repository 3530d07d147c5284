package org.tocsin.routing;

import jakarta.mail.FetchProfile;
import jakarta.mail.Message;
import jakarta.mail.MessageRemovedException;
import jakarta.mail.MessagingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.component.mail.MailMessage;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.AttemptKey;
import org.tocsin.delivery.Inbox;
import org.tocsin.delivery.email.Bounce;
import org.tocsin.delivery.email.BounceReceiptReader;
import org.tocsin.delivery.email.EmailChannel;
import org.tocsin.delivery.email.EmailSettings;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeSettings;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.mail.MailInSettings;
import org.tocsin.intake.mail.MailLog;
import org.tocsin.intake.mail.MailLog.Outcome;
import org.tocsin.intake.mail.MailReader;
import org.tocsin.intake.mail.MailReason;
import org.tocsin.intake.mail.MailSorter;
import org.tocsin.intake.mail.MailVerdict;
import org.tocsin.intake.parked.Parking;
import org.tocsin.privacy.LookupHash;

/**
 * Between a mailbox and accept-alert. Named in {@code routes/intake-mail-*.camel.yaml}: {@link #read} before, {@link #record}
 * after it. The mailbox marks a mail only when both have returned; one that is read again is known, or, after a crash
 * between the two, accepted again without effect. No mail is ever answered.
 */
@Component("mailIntake")
public final class MailIntake {
    /** What {@link #record} needs of {@link #read}; a property of the exchange, since accept-alert replaces the body. */
    private static final String TAKEN = "tocsin.mail-in.ref";

    private static final String ROUTE_PREFIX = "intake-";
    /** Of one mailbox in an hour; a forger of a listed sender must not fill the parked list. */
    private static final int MOST_UNAUTHENTICATED = 20;

    private final MailInSettings settings;
    private final IntakeSettings intake;
    private final EmailSettings email;
    private final MailLog log;
    private final Parking parking;
    private final Inbox inbox;
    private final LookupHash hash;
    private final Map<String, MailReader> readers = new ConcurrentHashMap<>();

    MailIntake(
            MailInSettings settings,
            IntakeSettings intake,
            EmailSettings email,
            MailLog log,
            Parking parking,
            Inbox inbox,
            LookupHash hash) {
        this.settings = settings;
        this.intake = intake;
        this.email = email;
        this.log = log;
        this.parking = parking;
        this.inbox = inbox;
        this.hash = hash;
    }

    /**
     * The body becomes the list of submissions that the mail holds; the route of a mail that triggers nothing ends here,
     * with its entry in the log.
     */
    public void read(Exchange exchange) throws MessagingException, IOException {
        Mailbox.of(exchange).inOrder(exchange);
        String source = exchange.getFromRouteId().replaceFirst("^" + ROUTE_PREFIX, "");
        Message mail = exchange.getMessage(MailMessage.class).getOriginalMessage();
        try {
            prefetch(mail);
            Raw raw = raw(mail);
            MailReader reader = readers.computeIfAbsent(source, this::reader);
            MailReader.Read read = raw.bytes() == null ? reader.readHeader(mail) : reader.read(raw.bytes());
            byte[] ref = log.ref(read.identity());
            if (log.knows(source, ref)) {
                log.seenBefore(source);
                exchange.setRouteStop(true);
            } else {
                decide(exchange, new Mail(source, ref, read, raw.bytes(), arrivedAt(mail)));
            }
        } catch (MessageRemovedException e) {
            exchange.setRouteStop(true); // another program moved it meanwhile
        }
    }

    private record Mail(
            String source, byte[] ref, MailReader.Read read, byte @Nullable [] raw, Map<String, String> attributes) {}

    private record Raw(byte @Nullable [] bytes) {}

    private void decide(Exchange exchange, Mail mail) {
        MailVerdict verdict = mail.read().verdict();
        if (verdict instanceof MailVerdict.Ignored ignored) {
            log.record(mail.source(), mail.ref(), Outcome.IGNORED, ignored.reason(), null, null);
        } else if (verdict instanceof MailVerdict.Returned) {
            log.record(mail.source(), mail.ref(), Outcome.IGNORED, returned(mail), null, null);
        } else if (verdict instanceof MailVerdict.Parked parked) {
            park(mail, parked);
        } else {
            exchange.setProperty(TAKEN, mail.ref());
            exchange.getMessage().setBody(submissions(mail, verdict));
            return;
        }
        exchange.setRouteStop(true);
    }

    /** After accept-alert: the body is what became of each submission. */
    public void record(Exchange exchange) {
        String source = exchange.getFromRouteId().replaceFirst("^" + ROUTE_PREFIX, "");
        byte[] ref = exchange.getProperty(TAKEN, byte[].class);
        Ending ending = null;
        for (Object result : exchange.getMessage().getBody(List.class)) {
            Ending one = Ending.of((IntakeResult) result);
            // A person must look at a mail if at any part of it.
            if (ending == null
                    || one.outcome().compareTo(ending.outcome()) == 0
                    || one.outcome() == Outcome.PARKED
                    || one.outcome() == Outcome.ALERT && ending.outcome() == Outcome.IGNORED) {
                ending = ending != null && ending.outcome() == one.outcome() ? ending : one;
            }
        }
        if (ending != null) {
            log.record(source, ref, ending.outcome(), ending.reason(), ending.alertId(), ending.parkedId());
        }
    }

    /** How a submission ends for its mail. */
    private record Ending(
            Outcome outcome,
            MailReason reason,
            @Nullable Long alertId,
            @Nullable Long parkedId) {

        static Ending of(IntakeResult result) {
            if (result instanceof IntakeResult.Accepted accepted) {
                return new Ending(Outcome.ALERT, MailReason.ACCEPTED, accepted.id(), null);
            } else if (result instanceof IntakeResult.Duplicate duplicate) {
                return new Ending(Outcome.IGNORED, MailReason.DUPLICATE, duplicate.id(), null);
            } else if (result instanceof IntakeResult.Grouped grouped) {
                return new Ending(Outcome.IGNORED, MailReason.GROUPED, grouped.id(), null);
            } else if (result instanceof IntakeResult.Parked parked) {
                return new Ending(Outcome.PARKED, MailReason.NOT_READ, null, parked.id());
            } else if (result instanceof IntakeResult.Conflict conflict) {
                return new Ending(Outcome.PARKED, MailReason.CONFLICT, conflict.id(), null);
            } else if (result instanceof IntakeResult.NotAllowed) {
                return new Ending(Outcome.PARKED, MailReason.NOT_ALLOWED, null, null);
            }
            return new Ending(Outcome.IGNORED, MailReason.SILENT, null, null);
        }
    }

    private void park(Mail mail, MailVerdict.Parked parked) {
        boolean forged = parked.reason() == MailReason.SENDER_NOT_AUTHENTICATED;
        if (forged && log.parkedLately(mail.source(), parked.reason()) >= MOST_UNAUTHENTICATED) {
            log.record(mail.source(), mail.ref(), Outcome.IGNORED, parked.reason(), null, null);
            return;
        }
        Long id = null;
        var reason = new UnacceptableSubmission("mail", parked.reason().sentence());
        for (Submission submission : submissions(mail, parked.content())) {
            id = parking.park(submission, reason).id();
        }
        log.record(mail.source(), mail.ref(), Outcome.PARKED, parked.reason(), null, id);
    }

    /** @param content null: the mail itself, or of a large one what it is known by, is kept unread */
    private List<Submission> submissions(Mail mail, @Nullable MailVerdict content) {
        if (content instanceof MailVerdict.Cap cap) {
            return cap.documents().stream()
                    .map(document -> submission(mail, Format.CAP_XML, document))
                    .toList();
        } else if (content instanceof MailVerdict.Document document) {
            return List.of(submission(mail, Format.MAPPED_JSON, document.json()));
        }
        byte[] raw = mail.raw() != null ? mail.raw() : mail.read().identity().getBytes(StandardCharsets.UTF_8);
        return List.of(submission(mail, Format.UNREAD, raw));
    }

    private Submission submission(Mail mail, Format format, byte[] payload) {
        Principal principal =
                new Principal(mail.source(), Role.TRIGGER, intake.speaksFor().get(mail.source()));
        return new Submission(mail.source(), format, payload, mail.attributes(), principal, null);
    }

    /** Only a key that this hub signed makes a bounce one of ours; a forged one changes nothing for nobody. */
    private MailReason returned(Mail mail) {
        Bounce bounce = Bounce.read(mail.raw() == null ? new byte[0] : mail.raw());
        String key = bounce.keys().stream()
                .filter(k -> AttemptKey.read(k, hash).isPresent())
                .findFirst()
                .orElse(null);
        if (key == null) {
            return MailReason.BOUNCE_OF_OTHERS;
        }
        return switch (bounce.kind()) {
            case FAILED -> {
                inbox.store(EmailChannel.NAME, BounceReceiptReader.write(key, bounce), false);
                yield MailReason.BOUNCE_OF_OURS;
            }
            case DELAYED -> MailReason.BOUNCE_DELAYED;
            case UNCLEAR -> MailReason.BOUNCE_UNCLEAR;
        };
    }

    private MailReader reader(String source) {
        String ours = email.from().isBlank() ? "" : EmailChannel.address(email.from());
        return new MailReader(new MailSorter(settings.sendersOf(source), settings.authservId(), ours, id -> {
            String key = EmailChannel.callbackKey(id);
            return key != null && AttemptKey.read(key, hash).isPresent();
        }));
    }

    /** When the mail server took it: the same each time that the mail is read. */
    private static Map<String, String> arrivedAt(Message mail) throws MessagingException {
        Date received = mail.getReceivedDate();
        return received == null ? Map.of() : Map.of(Submission.ARRIVED_AT, Long.toString(received.getTime()));
    }

    /** Size and time without the envelope, which angus-mail cannot read of every mail. */
    private static void prefetch(Message mail) throws MessagingException {
        FetchProfile profile = new FetchProfile();
        profile.add(FetchProfile.Item.SIZE);
        profile.add(IMAPFolder.FetchProfileItem.INTERNALDATE);
        mail.getFolder().fetch(new Message[] {mail}, profile);
    }

    /** Without bytes when it is too large. */
    private Raw raw(Message mail) throws MessagingException, IOException {
        int most = settings.maxBytes();
        if (mail.getSize() > most) {
            return new Raw(null);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.max(1024, mail.getSize()));
        mail.writeTo(bytes);
        return new Raw(bytes.size() > most ? null : bytes.toByteArray());
    }
}
