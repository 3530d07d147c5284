package org.tocsin.reply;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.Answer;
import org.tocsin.delivery.AttemptKey;
import org.tocsin.delivery.Fact;
import org.tocsin.delivery.InboundMessage;
import org.tocsin.delivery.Ledger;
import org.tocsin.directory.Directory;
import org.tocsin.privacy.LookupHash;

/**
 * What a person's message changes: an answer ends the ladder of the alert it answers, a stranger's "wrong number"
 * marks the address, STOP and START go to the consent ledger. Joins the caller's transaction.
 */
@Component
public class ReplyDesk {
    private static final Logger log = LoggerFactory.getLogger(ReplyDesk.class);

    private static final Set<String> PHONE_CHANNELS = Set.of("whatsapp", "sms");

    private final JdbcTemplate jdbc;
    private final Ledger ledger;
    private final Directory directory;
    private final LookupHash hash;
    private final ReplyReader reader = ReplyReader.load();

    ReplyDesk(JdbcTemplate jdbc, Ledger ledger, Directory directory, LookupHash hash) {
        this.jdbc = jdbc;
        this.ledger = ledger;
        this.directory = directory;
        this.hash = hash;
    }

    /** Providers repeat their webhooks for days: the second time nothing happens. */
    public void take(InboundMessage message) {
        int fresh = jdbc.update(
                "insert into inbound_seen (ref) values (?) on conflict do nothing",
                hash.shortOf("inbound:" + message.channel(), message.messageId()));
        if (fresh == 0) {
            return;
        }
        Reply reply = reader.read(message);
        if (reply instanceof Reply.Stop && message.from() != null) {
            directory.consent(message.channel(), message.from(), false, "reply:STOP");
        } else if (reply instanceof Reply.Start && message.from() != null) {
            directory.consent(message.channel(), message.from(), true, "reply:START");
        } else if (reply instanceof Reply.WrongNumber) {
            wrongNumber(message);
        } else {
            reply.acknowledgement().ifPresent(answer -> answer(message, reply, answer));
        }
    }

    /** The personal link of an e-mail. @return false when the key is none of ours */
    public boolean acknowledge(String callbackKey, Answer answer) {
        OptionalLong attempt = AttemptKey.read(callbackKey, hash);
        if (attempt.isEmpty()) {
            return false;
        }
        ledger.answered(AttemptKey.recipient(attempt.getAsLong()), answer, "link");
        return true;
    }

    private void answer(InboundMessage message, Reply reply, Answer answer) {
        String key = reply instanceof Reply.Answered answered ? answered.callbackKey() : null;
        Long recipient = recipientOf(message, key);
        if (recipient == null) {
            log.debug("a reply on {} belongs to no alert that is known", message.channel());
            return;
        }
        ledger.answered(recipient, answer, message.channel());
    }

    private void wrongNumber(InboundMessage message) {
        if (message.from() != null) {
            // A number that is a stranger's is so on every channel that would use it.
            for (String channel : message.from().startsWith("+") ? PHONE_CHANNELS : Set.of(message.channel())) {
                directory.markUnusable(channel, message.from(), "wrong number");
            }
        }
        Long recipient = recipientOf(message, null);
        Long attempt = recipient == null ? null : ledger.newestAttempt(recipient, message.channel());
        if (attempt != null) {
            ledger.apply(List.of(new Fact.WrongNumber(attempt)));
        }
    }

    /** By the key in the button, else by the message that is answered, else the newest alert of who wrote. */
    private @Nullable Long recipientOf(InboundMessage message, @Nullable String callbackKey) {
        if (callbackKey != null) {
            OptionalLong attempt = AttemptKey.read(callbackKey, hash);
            if (attempt.isPresent()) {
                return AttemptKey.recipient(attempt.getAsLong());
            }
        }
        if (message.contextId() != null) {
            Long attempt = ledger.attemptOf(message.channel(), message.contextId());
            if (attempt != null) {
                return AttemptKey.recipient(attempt);
            }
        }
        Optional<Long> person =
                message.from() == null ? Optional.empty() : directory.personAt(message.channel(), message.from());
        return person.map(ledger::newestRecipientOf).orElse(null);
    }
}
