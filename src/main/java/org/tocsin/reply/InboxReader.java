package org.tocsin.reply;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.delivery.AttemptKey;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.Fact;
import org.tocsin.delivery.InboundMessage;
import org.tocsin.delivery.Ledger;
import org.tocsin.delivery.Receipt;
import org.tocsin.delivery.ReceiptReader;
import org.tocsin.delivery.Wakeups;
import org.tocsin.delivery.WorkingBean;
import org.tocsin.privacy.AddressCipher;
import org.tocsin.privacy.LookupHash;

/**
 * Applies the raw receipts and replies that are kept in {@code inbox}: read, matched to their attempts, written to
 * the ledger and removed in one transaction. What people write is read by a thread of its own: however many ask, receipts
 * and tapped answers do not wait for it, nor does anything that is sent. What cannot be matched yet (an SMSC's receipt may overtake its own
 * answer) is looked at again for some seconds.
 */
@Component
public class InboxReader extends WorkingBean {
    private static final Logger log = LoggerFactory.getLogger(InboxReader.class);
    private static final int BATCH = 50;
    private static final int MOST_TRIES = 6;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Ledger ledger;
    private final ReplyDesk replies;
    private final AddressCipher cipher;
    private final LookupHash hash;
    private final Wakeups wakeups;
    private final ReceiptCounters counters;
    private final Map<String, ReceiptReader> readers;

    InboxReader(
            JdbcTemplate jdbc,
            TransactionTemplate transaction,
            Ledger ledger,
            ReplyDesk replies,
            AddressCipher cipher,
            LookupHash hash,
            Wakeups wakeups,
            List<ReceiptReader> readers,
            ReceiptCounters counters) {
        super("inbox-receipts");
        alsoWorks("inbox-people", () -> round(true, Wakeups.PEOPLE));
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.ledger = ledger;
        this.replies = replies;
        this.cipher = cipher;
        this.hash = hash;
        this.wakeups = wakeups;
        this.counters = counters;
        this.readers = readers.stream().collect(Collectors.toMap(ReceiptReader::source, Function.identity()));
    }

    private record Letter(long id, String source, int tries, byte[] body) {}

    @Override
    protected void round() throws InterruptedException {
        round(false, Wakeups.INBOX);
    }

    private void round(boolean fromPeople, String topic) throws InterruptedException {
        int found = 0;
        try {
            Integer applied = transaction.execute(status -> apply(letters(fromPeople, BATCH)));
            found = applied == null ? 0 : applied;
        } catch (org.springframework.dao.TransientDataAccessException
                | org.springframework.dao.DataAccessResourceFailureException
                | org.springframework.transaction.CannotCreateTransactionException e) {
            throw e; // the database is away: all is tried again
        } catch (RuntimeException e) {
            found = oneByOne(fromPeople, e);
        }
        if (found == 0) {
            wakeups.await(topic, Duration.ofMillis(250));
        }
    }

    /** One letter that cannot be applied must not hold up the others: it waits longer each time, and is never lost. */
    private int oneByOne(boolean fromPeople, RuntimeException batchFailure) {
        log.error(
                "a batch of receipts failed and is tried singly: {}",
                batchFailure.getClass().getSimpleName());
        log.debug("the failure in full", batchFailure);
        int done = 0;
        for (int i = 0; i < BATCH; i++) {
            long[] current = {0};
            try {
                Integer one = transaction.execute(status -> {
                    List<Letter> letter = letters(fromPeople, 1);
                    current[0] = letter.isEmpty() ? 0 : letter.get(0).id();
                    return apply(letter);
                });
                if (one == null || one == 0) {
                    return done;
                }
                done++;
            } catch (RuntimeException e) {
                log.error(
                        "a receipt cannot be applied and waits: {}",
                        e.getClass().getSimpleName());
                log.debug("the failure in full", e);
                jdbc.update("""
                        update inbox set tries = tries + 1, retry_at = clock_timestamp()
                            + least(3600, power(2, least(tries, 12))) * interval '1 second' where id = ?""", current[0]);
            }
        }
        return done;
    }

    private List<Letter> letters(boolean fromPeople, int limit) {
        return jdbc.query(
                """
                select id, source, tries, body_enc from inbox
                where from_people = ? and retry_at <= clock_timestamp()
                order by id limit ? for update skip locked""",
                (row, n) -> new Letter(row.getLong(1), row.getString(2), row.getInt(3), row.getBytes(4)),
                fromPeople,
                limit);
    }

    private int apply(List<Letter> letters) {
        if (letters.isEmpty()) {
            return 0;
        }
        List<Fact> facts = new ArrayList<>();
        List<InboundMessage> messages = new ArrayList<>();
        List<Receipt> receipts = new ArrayList<>();
        List<Long> done = new ArrayList<>();
        List<Long> later = new ArrayList<>();
        for (Letter letter : letters) {
            ReceiptReader reader = readers.get(letter.source());
            byte[] body = cipher.decrypt(letter.body()).getBytes(StandardCharsets.ISO_8859_1);
            ReceiptReader.Events events = reader.read(body);
            boolean matched = match(reader, events.receipts(), facts, letter.tries() >= MOST_TRIES);
            if (matched) {
                messages.addAll(events.messages());
                receipts.addAll(events.receipts());
                report(events);
                done.add(letter.id());
            } else {
                later.add(letter.id());
            }
        }
        ledger.apply(facts);
        counters.count(receipts);
        messages.forEach(replies::take);
        jdbc.update("delete from inbox where id = any (?::bigint[])", (Object) done.toArray(Long[]::new));
        if (!later.isEmpty()) {
            jdbc.update("""
                    update inbox set tries = tries + 1, retry_at = clock_timestamp()
                        + least(20, power(2, tries)) * interval '500 milliseconds'
                    where id = any (?::bigint[])""", (Object) later.toArray(Long[]::new));
        }
        return letters.size();
    }

    private static void report(ReceiptReader.Events events) {
        events.accountCodes().forEach(code -> log.warn("the provider reports of our account: code {}", code));
        if (events.unreadable() > 0) {
            log.warn("{} parts of a provider's message were not understood and left out", events.unreadable());
        }
    }

    /** @return false when a receipt names an attempt that may still become known */
    private boolean match(ReceiptReader reader, List<Receipt> receipts, List<Fact> facts, boolean giveUp) {
        boolean all = true;
        for (Receipt receipt : receipts) {
            Long attempt = attemptOf(reader, receipt);
            if (attempt != null) {
                facts.add(new Fact.Received(attempt, receipt.kind(), receipt.failure(), receipt.pricing()));
                if (reader.marksAddresses()
                        && receipt.failure() instanceof DeliveryOutcome.Rejected rejected
                        && rejected.addressUnusable()) {
                    ledger.markAddressOf(attempt, rejected.code());
                }
            } else if (receipt.callbackKey() == null && !giveUp) {
                all = false;
            } else {
                log.info("a {} receipt of {} names no message of ours", receipt.kind(), receipt.channel());
            }
        }
        return all;
    }

    private @Nullable Long attemptOf(ReceiptReader reader, Receipt receipt) {
        if (receipt.callbackKey() != null) {
            OptionalLong ours = AttemptKey.read(receipt.callbackKey(), hash);
            return ours.isPresent() ? ours.getAsLong() : null;
        }
        return receipt.providerId() == null
                ? null
                : reader.providerIds(receipt.providerId()).stream()
                        .map(id -> ledger.attemptOf(receipt.channel(), id))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }
}
