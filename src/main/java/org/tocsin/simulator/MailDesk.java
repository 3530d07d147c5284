package org.tocsin.simulator;

import com.icegreen.greenmail.Managers;
import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.smtp.SmtpManager;
import com.icegreen.greenmail.smtp.SmtpState;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.tocsin.simulator.MailFault.Moment;

/** Takes mails, or does what the recipient's fault says. GreenMail calls it on the thread of the connection. */
final class MailDesk extends SmtpManager {
    private final FaultPlan<MailFault> faults;
    private final Journal journal;
    private final Timeline clock;
    private final ThreadLocal<Socket> connection = new ThreadLocal<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    /** Drawn once per recipient and mail, at RCPT TO; what comes after DATA needs it again. */
    private final ThreadLocal<Map<String, MailFault>> drawn = ThreadLocal.withInitial(HashMap::new);

    MailDesk(FaultPlan<MailFault> faults, Journal journal, Timeline clock) {
        this(faults, journal, clock, new Managers());
    }

    private MailDesk(FaultPlan<MailFault> faults, Journal journal, Timeline clock, Managers managers) {
        super(managers.getImapHostManager(), managers.getUserManager());
        managers.getUserManager().setAuthRequired(false);
        this.faults = faults;
        this.journal = journal;
        this.clock = clock;
    }

    void serve(Socket socket, Runnable dialogue) {
        connection.set(socket);
        connections.add(socket);
        try {
            dialogue.run();
        } catch (IllegalStateException brokenOff) {
            // GreenMail reports a connection that died in this way; whoever cut it knows
        } finally {
            connections.remove(socket);
            connection.remove();
            drawn.remove();
        }
    }

    void cutConnections() {
        connections.forEach(MailDesk::reset);
    }

    @Override
    public @Nullable String checkRecipient(SmtpState state, MailAddress recipient) {
        String to = Addresses.key(recipient.getEmail());
        List<MailFault> met = faults.draw(to);
        if (met.isEmpty()) {
            return null;
        }
        MailFault fault = met.get(0);
        if (fault instanceof MailFault.RecipientRefused refused) {
            record(to, null, "", Map.of(), false, fault);
            return refused.code() + " Simulated refusal";
        }
        if (fault instanceof MailFault.Silent silent && silent.moment() == Moment.AT_RECIPIENT) {
            record(to, null, "", Map.of(), false, fault);
            staySilent();
        } else if (fault instanceof MailFault.Reset reset && reset.moment() == Moment.AT_RECIPIENT) {
            record(to, null, "", Map.of(), false, fault);
            reset(connection.get());
        } else {
            drawn.get().put(to, fault);
        }
        return null;
    }

    /** One connection, one answer: the first recipient with a fault decides for the mail. */
    @Override
    public @Nullable String checkData(SmtpState state) {
        MailFault fault = state.getMessage().getToAddresses().stream()
                .map(recipient -> drawn.get().get(Addresses.key(recipient.getEmail())))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        drawn.remove();
        boolean accepted = fault == null
                || fault instanceof MailFault.Silent silent && silent.moment() == Moment.AFTER_ACCEPTING
                || fault instanceof MailFault.Reset reset && reset.moment() == Moment.AFTER_ACCEPTING;
        MimeMessage mail = state.getMessage().getMessage();
        for (MailAddress recipient : state.getMessage().getToAddresses()) {
            record(Addresses.key(recipient.getEmail()), mail, accepted, fault);
        }
        if (fault instanceof MailFault.ContentRefused refused) {
            return refused.code() + " Simulated refusal";
        }
        if (fault instanceof MailFault.Silent) {
            staySilent();
        } else if (fault instanceof MailFault.Reset) {
            reset(connection.get());
        }
        return null;
    }

    /** The journal has it; GreenMail's own mailboxes would grow without end. */
    @Override
    public void send(SmtpState state) {
        // taken in checkData
    }

    private void record(String to, MimeMessage mail, boolean accepted, @Nullable MailFault fault) {
        Map<String, String> params = new HashMap<>();
        try {
            params.put("subject", mail.getSubject() == null ? "" : mail.getSubject());
            params.put("from", mail.getFrom() == null ? "" : mail.getFrom()[0].toString());
            String text = read(mail, "text/plain");
            params.put("html", read(mail, "text/html"));
            record(to, mail.getMessageID(), text, Map.copyOf(params), accepted, fault);
        } catch (MessagingException | IOException unreadable) {
            record(to, null, "", Map.copyOf(params), accepted, fault);
        }
    }

    private void record(
            String to,
            @Nullable String id,
            String text,
            Map<String, String> params,
            boolean accepted,
            @Nullable MailFault fault) {
        String met = fault == null ? null : fault.toString();
        String providerId = accepted ? id : null;
        journal.record(new Sent(
                "email",
                null,
                to,
                "mail",
                providerId,
                null,
                text,
                params,
                List.of(),
                clock.now(),
                accepted,
                accepted,
                met));
    }

    private static String read(Part part, String type) throws MessagingException, IOException {
        if (part.isMimeType(type) && part.getContent() instanceof String text) {
            return text;
        }
        StringBuilder all = new StringBuilder();
        if (part.isMimeType("multipart/*") && part.getContent() instanceof Multipart parts) {
            for (int i = 0; i < Math.min(parts.getCount(), 20); i++) {
                BodyPart each = parts.getBodyPart(i);
                all.append(read(each, type));
            }
        }
        return all.toString();
    }

    /** Waits until the client hangs up; what it still says is not heard. */
    private void staySilent() {
        Socket socket = connection.get();
        try {
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                // not a word
            }
        } catch (IOException gone) {
            // as good as end of file
        }
        reset(socket);
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException alreadyClosed) {
            // then it is as dead as it should be
        }
    }
}
