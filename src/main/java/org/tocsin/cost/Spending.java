package org.tocsin.cost;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.AttemptState;
import org.tocsin.delivery.DeliveryAssembly;
import org.tocsin.delivery.Ledger;
import org.tocsin.delivery.Pricing;
import org.tocsin.delivery.sms.SmsChannel;
import org.tocsin.message.FrozenMessage;
import org.tocsin.message.Rendered;
import org.tocsin.privacy.AddressCipher;

/**
 * What an alert has cost, reckoned when somebody asks, from what the ledger keeps anyway: all that is written for it while
 * messages are sent is the {@link Pricing} of a status. Page by page, each a statement of its own.
 */
@Component
public class Spending {
    private static final int PAGE = 2_000;

    private static final String RANGE =
            "select min(id) * 32, max(id) * 32 + 31 from" + " (select id from recipient where alert_id = ? offset 0) r";

    /** The limit and the fences keep each page to the primary keys, whatever PostgreSQL thinks of the range. */
    static final String MESSAGES = """
            select a.id, a.channel, s.state, s.pricing, s.address_enc, s.arrived, s.code, r.language,
                coalesce(s.handed_at, a.queued_at)
            from (select id, channel, queued_at from attempt_order
                where id > ? and id <= ? and alert_id = ? order by id limit %d) a
            cross join lateral (select language from recipient where id = a.id / 32 offset 0) r
            left join lateral (select state, pricing, address_enc, code, handed_at,
                    delivered_at is not null or read_at is not null as arrived
                from attempt_result where id = a.id offset 0) s on true
            order by a.id""".formatted(PAGE);

    private final JdbcTemplate jdbc;
    private final AddressCipher cipher;
    private final DeliveryAssembly assembly;
    private final Prices prices;

    Spending(JdbcTemplate jdbc, AddressCipher cipher, DeliveryAssembly assembly, Prices prices) {
        this.jdbc = jdbc;
        this.cipher = cipher;
        this.assembly = assembly;
        this.prices = prices;
    }

    /** Empty: there is no such alert. */
    public Optional<Cost> of(long alertId) {
        List<Optional<String>> messages = jdbc.query(
                "select message from alert where id = ?", (row, n) -> Optional.ofNullable(row.getString(1)), alertId);
        if (messages.isEmpty()) {
            return Optional.empty();
        }
        Sums sums = new Sums();
        messages.get(0).ifPresent(message -> {
            Texts texts = new Texts(FrozenMessage.fromJson(message.getBytes(StandardCharsets.UTF_8)));
            long[] range = jdbc.queryForObject(RANGE, (row, n) -> new long[] {row.getLong(1), row.getLong(2)}, alertId);
            long after = range[0] - 1;
            List<Sent> page;
            do {
                page = jdbc.query(MESSAGES, (row, n) -> read(row), after, range[1], alertId);
                page.forEach(sent -> sums.add(sent, texts));
                after = page.isEmpty() ? after : page.get(page.size() - 1).id();
            } while (page.size() == PAGE);
        });
        return Optional.of(sums.cost());
    }

    /**
     * One message.
     *
     * @param state null while nothing is known of it
     * @param day of its handing over, by which it is priced
     * @param country of the number; null for what has none
     */
    private record Sent(
            long id,
            String channel,
            @Nullable AttemptState state,
            @Nullable Pricing pricing,
            @Nullable String country,
            boolean arrived,
            String language,
            LocalDate day) {

        /** Whether the provider has taken it, however it ended. */
        boolean taken() {
            return arrived || state != null && (state.isUnderWay() || state == AttemptState.FAILED);
        }
    }

    private Sent read(ResultSet row) throws SQLException {
        String channel = row.getString(2);
        String state = row.getString(3);
        int pricing = row.getInt(4);
        boolean priced = !row.wasNull();
        byte[] address = row.getBytes(5);
        String unknown = channel.equals(Tariff.EMAIL) ? null : CallingRegion.UNKNOWN;
        return new Sent(
                row.getLong(1),
                channel,
                state == null ? null : AttemptState.valueOf(state),
                priced ? Pricing.ofCode(pricing) : null,
                address == null ? unknown : Reckoning.country(channel, cipher.decrypt(address)),
                // Somebody answered that it is not for him: he has it.
                row.getBoolean(6) || Ledger.WRONG_NUMBER.equals(row.getString(7)),
                row.getString(8),
                row.getObject(9, OffsetDateTime.class)
                        .withOffsetSameInstant(ZoneOffset.UTC)
                        .toLocalDate());
    }

    /** The four sums while they are made. */
    private final class Sums {
        private final Bill billed = Bill.priced();
        private final Bill open = Bill.priced();
        private final Bill free = Bill.free();
        private final Bill failed = Bill.free();

        void add(Sent sent, Texts texts) {
            boolean whatsApp = sent.channel().equals(Tariff.WHATSAPP);
            if (!sent.taken()) {
                if (sent.state() == AttemptState.UNCONFIRMED) {
                    enter(open, sent, texts);
                }
            } else if (!whatsApp) {
                enter(billed, sent, texts);
            } else if (sent.state() == AttemptState.FAILED) {
                enter(failed, sent, texts);
            } else if (sent.pricing() != null && !sent.pricing().billable()) {
                enter(free, sent, texts);
            } else {
                enter(sent.arrived() ? billed : open, sent, texts);
            }
        }

        private void enter(Bill bill, Sent sent, Texts texts) {
            Pricing said = sent.pricing();
            String category = said == null
                    ? texts.category(sent.channel(), sent.language())
                    : said.category().word();
            Price price = bill == free || bill == failed
                    ? null
                    : prices.of(sent.country(), sent.channel(), category, sent.day());
            String type = said == null ? null : said.type().word();
            bill.add(sent.channel(), sent.country(), category, type, price, units(sent, texts));
        }

        private int units(Sent sent, Texts texts) {
            if (!sent.channel().equals(Tariff.SMS)) {
                return 1;
            }
            Rendered.SmsText text = texts.sms(sent.language());
            boolean personal = text.text().contains(Rendered.ACKNOWLEDGE_LINK);
            return SmsChannel.segments(text, personal ? assembly.acknowledgeLink(sent.id()) : null);
        }

        Cost cost() {
            return new Cost(billed.statement(), open.statement(), free.statement(), failed.statement());
        }
    }
}
