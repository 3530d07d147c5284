package org.tocsin.feed;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tocsin.feed.FeedClient.Fetched;
import org.tocsin.feed.FeedClient.Validators;
import org.tocsin.feed.FeedComparison.Fresh;
import org.tocsin.feed.FeedComparison.Known;
import org.tocsin.feed.FeedFailure.Kind;
import org.tocsin.feed.FeedSettings.Feed;
import org.tocsin.intake.Fault;
import org.tocsin.intake.Format;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.Submission;

/**
 * One round of one feed: {@link #poll} gives what is new, the caller has it accepted, {@link #taken} keeps what is known
 * now. A failure is never thrown: it is counted, logged without a word of the feed's, and told to the duty group when it
 * lasts.
 */
public final class FeedPoller implements AutoCloseable {
    /** Prefix of the sources of feeds; the rest is the feed's name. */
    public static final String SOURCE = "feed-";

    /** How long linked CAP documents of one poll may take; those that are left come with the next one. */
    static final Duration LINKS = Duration.ofMinutes(2);

    private static final Logger LOG = LoggerFactory.getLogger(FeedPoller.class);
    /** More at once would not be committed in the time that a caller waits for it. */
    private static final int AT_ONCE = 200;

    private static final String FEED = "application/atom+xml, application/rss+xml, application/geo+json,"
            + " application/json;q=0.9, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1";
    private static final String CAP = "application/cap+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1";

    private final Map<String, Feed> feeds;
    private final FeedRows rows;
    private final MeterRegistry metrics;
    private final Function<String, @Nullable Pattern> speaksFor;
    /** A feed that was read is a sign of life of its source. */
    private final Consumer<String> heard;

    private final Map<String, FeedClient> clients = new ConcurrentHashMap<>();
    /** Handed in and not yet taken; a feed is polled by one thread at a time. */
    private final Map<String, FeedRows.Outcome> handedIn = new ConcurrentHashMap<>();

    FeedPoller(
            FeedSettings settings,
            FeedRows rows,
            MeterRegistry metrics,
            Function<String, @Nullable Pattern> speaksFor,
            Consumer<String> heard) {
        this.feeds = Objects.requireNonNull(settings.feeds());
        this.rows = rows;
        this.metrics = metrics;
        this.speaksFor = speaksFor;
        this.heard = heard;
    }

    /** What is to be accepted now, in the order of the feed: nothing for a feed without address, or that is not due. */
    public List<Submission> poll(String name) {
        Feed feed = feeds.get(name);
        if (feed == null) {
            return List.of();
        }
        try {
            if (handedIn.remove(name) != null) {
                failed(name, feed, new FeedFailure(Kind.NOT_COMMITTED, "what was new could not be committed"));
            }
            FeedRows.Lease lease =
                    rows.claim(name, feed.url(), feed.period(), feed.timeout()).orElse(null);
            return lease == null ? List.of() : poll(name, feed, lease);
        } catch (RuntimeException e) {
            LOG.warn("the feed {} was not polled: {}", name, Fault.describe(e));
            count(name, "not-polled");
            return List.of();
        }
    }

    private List<Submission> poll(String name, Feed feed, FeedRows.Lease lease) {
        try {
            Fetched fetched = client(name, feed).get(feed.url(), FEED, lease.validators());
            if (!(fetched instanceof Fetched.Content content)) {
                rows.unchanged(name, feed.newestWithin());
                heard.accept(SOURCE + name);
                count(name, "not-modified");
                return List.of();
            }
            List<FeedEntry> entries = FeedDocument.read(content.bytes(), content.charset(), feed.maxEntries());
            Map<String, Known> known = rows.known(name, FeedComparison.keys(feed, entries));
            return new Poll(name, feed, content.validators(), dates(entries))
                    .of(FeedComparison.of(feed, lease.baseline(), known, entries), lease.baseline());
        } catch (FeedFailure failure) {
            failed(name, feed, failure);
            return List.of();
        } catch (RuntimeException e) {
            LOG.warn("the feed {} was not read: {}", name, Fault.describe(e));
            failed(
                    name,
                    feed,
                    new FeedFailure(
                            Kind.DEFECT, "a defect of the hub (" + e.getClass().getSimpleName() + ")"));
            return List.of();
        }
    }

    private void failed(String name, Feed feed, FeedFailure failure) {
        int times = rows.failure(name, failure, feed.tellAfter());
        LOG.warn("the feed {} could not be read, {} in a row: {}", name, times, failure.getMessage());
        count(name, failure.kind().word());
    }

    /** After the commit of what {@link #poll} gave. */
    public void taken(String name) {
        FeedRows.Outcome outcome = handedIn.remove(name);
        Feed feed = feeds.get(name);
        if (outcome == null || feed == null) {
            return;
        }
        try {
            boolean saved = rows.save(name, outcome, feed.tellAfter(), feed.newestWithin());
            heard.accept(SOURCE + name);
            count(name, saved ? (outcome.partly() == null ? "read" : "partly-read") : "lease-lost");
            if (outcome.partly() != null) {
                LOG.warn(
                        "the feed {} was read, but not all that it links to: {}",
                        name,
                        outcome.partly().getMessage());
            }
        } catch (RuntimeException e) {
            // It is handed in again at the next poll, and known to the intake by then.
            LOG.warn("what is known of the feed {} was not kept: {}", name, Fault.describe(e));
            count(name, "not-kept");
        }
    }

    /** Of one poll, what is handed in and what is kept. */
    private final class Poll {
        private final String name;
        private final Feed feed;
        private final Validators validators;
        private final List<Instant> dates;
        private final long until = System.nanoTime() + LINKS.toNanos();
        private final List<Submission> submissions = new ArrayList<>();
        private final List<Known> kept = new ArrayList<>();
        private boolean complete = true;
        private @Nullable FeedFailure partly;

        Poll(String name, Feed feed, Validators validators, List<Instant> dates) {
            this.name = name;
            this.feed = feed;
            this.validators = validators;
            this.dates = dates;
        }

        List<Submission> of(FeedComparison.Result result, boolean baseline) {
            kept.addAll(result.silent());
            result.fresh().forEach(this::handIn);
            // With the validators, the next answer might be 304, and what is left would never come.
            Validators next = complete ? validators : Validators.NONE;
            handedIn.put(
                    name,
                    new FeedRows.Outcome(
                            kept, result.present(), next, dates, !result.fresh().isEmpty(), partly));
            if (baseline) {
                LOG.info(
                        "the feed {} is read for the first time: {} entries are known, nobody is told",
                        name,
                        kept.size());
            } else if (!result.fresh().isEmpty()) {
                LOG.info(
                        "the feed {}: {} new or changed, {} of them handed in",
                        name,
                        result.fresh().size(),
                        submissions.size());
            }
            return submissions;
        }

        private void handIn(Fresh fresh) {
            Known row = fresh.row();
            Submission submission = null;
            if (submissions.size() < AT_ONCE && System.nanoTime() < until) {
                submission = submission(fresh);
            }
            if (submission == null) {
                complete = false;
                kept.add(new Known(row.key(), row.entryId(), null, row.held(), false));
                return;
            }
            submissions.add(submission);
            kept.add(row);
            metrics.counter("tocsin.feed.entries", "feed", name, "held", Boolean.toString(row.held()))
                    .increment();
        }

        private @Nullable Submission submission(Fresh fresh) {
            byte[] cap = fresh.entry().cap();
            String link = capLink(fresh.entry());
            if (cap == null && link != null) {
                try {
                    cap = linked(link);
                } catch (FeedFailure failure) {
                    partly = failure;
                    return null;
                }
            }
            String source = SOURCE + name;
            byte[] payload = cap == null ? bytes(fresh.entry().document()) : cap;
            Map<String, String> attributes = fresh.row().held()
                    ? Map.of(
                            Submission.HOLD,
                            "It came with more than " + feed.holdAbove() + " new entries in one poll of the feed "
                                    + name + ".")
                    : Map.of();
            return new Submission(
                            source,
                            cap == null ? Format.MAPPED_JSON : Format.CAP_XML,
                            payload,
                            attributes,
                            new Principal(source, Role.TRIGGER, speaksFor.apply(source)),
                            null)
                    .bounded();
        }

        /** Only for a feed of CAP: elsewhere nothing that an entry links to is ever fetched. */
        private @Nullable String capLink(FeedEntry entry) {
            if (feed.kind() != FeedSettings.Kind.CAP) {
                return null;
            }
            return entry.capLink() == null ? entry.text("link") : entry.capLink();
        }

        private byte[] linked(String link) throws FeedFailure {
            rows.renew(name, feed.timeout());
            Fetched fetched = client(name, feed).get(link, CAP, Validators.NONE);
            if (!(fetched instanceof Fetched.Content content)) {
                throw new FeedFailure(Kind.UNEXPECTED_STATUS, "no content");
            }
            String start =
                    new String(content.bytes(), 0, Math.min(content.bytes().length, 3_000), StandardCharsets.UTF_8);
            if (FeedDocument.isHtml(start)) {
                throw new FeedFailure(Kind.HTML, "a web page where a CAP document should be");
            }
            return content.bytes();
        }
    }

    private static List<Instant> dates(List<FeedEntry> entries) {
        return entries.stream().map(FeedEntry::dated).filter(Objects::nonNull).toList();
    }

    private static byte[] bytes(JsonNode document) {
        return document.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void count(String name, String outcome) {
        metrics.counter("tocsin.feed.polls", "feed", name, "outcome", outcome).increment();
    }

    private FeedClient client(String name, Feed feed) {
        return clients.computeIfAbsent(
                name,
                n -> new FeedClient(
                        feed.rules(),
                        (int) Math.min(feed.maxBytes().toBytes(), Integer.MAX_VALUE - 8),
                        feed.timeout(),
                        SystemDefaultDnsResolver.INSTANCE));
    }

    @Override
    public void close() {
        clients.values().forEach(FeedClient::close);
    }
}
