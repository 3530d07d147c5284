package org.tocsin.intake.storms;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.alert.Alert;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Status;
import org.tocsin.intake.IntakeSettings;
import org.tocsin.intake.alerts.Candidate;
import org.tocsin.intake.alerts.Identity;
import org.tocsin.intake.storms.StormRows.CauseKey;
import org.tocsin.intake.storms.StormRows.Said;
import org.tocsin.intake.storms.StormRows.Telling;

/**
 * Keeps a source gone wild from reaching people a thousand times: what says the same as an alert in force is told by that
 * one, and what one source says too often waits for a person. Never in the way of an Extreme one, nor of one that is
 * graver than what went out before it; nothing that takes an alert back is ever held.
 *
 * <p>Exact with any number of hubs: the row of the source is locked until the commit. Causes are only ever touched under
 * that lock.
 */
public final class StormGovernor {
    private static final Ruling PASSES = new Ruling.Passes();

    private final StormRows rows;
    private final BrakeSettings settings;

    public StormGovernor(JdbcTemplate jdbc, IntakeSettings intake, BrakeSettings settings) {
        this.rows = new StormRows(jdbc, intake);
        this.settings = settings;
    }

    /** An alert in force, or of this batch, that says what a later one may say again. */
    private record Voice(@Nullable Long id, @Nullable Candidate candidate, Severity severity, boolean went) {}

    /** One transaction's work. */
    public final class Batch {
        private final Instant now;
        private final Map<Integer, Substance> substances = new HashMap<>();
        private final Map<CauseKey, StormCause> causes = new HashMap<>();
        private final Set<Said> said = new HashSet<>();
        private final Map<Said, Voice> voices = new HashMap<>();
        private Map<String, StormSource> sources = Map.of();
        private final List<StormRows.Grouping> groupings = new ArrayList<>();

        private Batch(Instant now) {
            this.now = now;
        }

        private void look(List<Candidate> candidates) {
            List<Candidate> governed =
                    candidates.stream().filter(StormGovernor.this::governs).toList();
            if (governed.isEmpty()) {
                return;
            }
            governed.forEach(c -> substances.put(c.index(), Substance.of(c.alert())));
            sources = rows.lock(governed.stream()
                    .map(c -> c.submission().source())
                    .distinct()
                    .toList());
            Set<CauseKey> keys = new HashSet<>();
            sources.keySet().forEach(source -> keys.add(new CauseKey(source, Substance.SEVERAL)));
            governed.forEach(c -> keys.add(key(c)));
            rows.causes(keys).forEach((key, cause) -> {
                if (!cause.over(now, settings.quietAfter())) {
                    causes.put(key, cause);
                }
            });
            governed.stream().filter(StormGovernor.this::compares).forEach(c -> said.add(said(c)));
            listen();
        }

        private void listen() {
            if (!said.isEmpty()) {
                rows.telling(said, now.minus(settings.identicalFor()), now)
                        .forEach((what, telling) -> voices.put(what, voice(telling)));
            }
        }

        /** An Update or Cancel was accepted: some of those that told of something may tell of it no more. */
        public void changed() {
            voices.clear();
            listen();
        }

        private static Voice voice(Telling telling) {
            return new Voice(telling.id(), null, telling.severity(), telling.went());
        }

        private Substance substance(Candidate candidate) {
            return Objects.requireNonNull(substances.get(candidate.index()));
        }

        private CauseKey key(Candidate candidate) {
            return new CauseKey(
                    candidate.submission().source(), substance(candidate).cause());
        }

        private Said said(Candidate candidate) {
            return new Said(
                    candidate.submission().source(), substance(candidate).says());
        }

        /** For the column, or null where it is never compared. */
        public java.util.@Nullable UUID says(Candidate candidate) {
            Substance substance = compares(candidate) ? substances.get(candidate.index()) : null;
            return substance == null ? null : substance.says();
        }

        /** @param before the gravest of what it replaces, or null; a rise over that is never held */
        public Ruling of(Candidate candidate, @Nullable Severity before) {
            if (!substances.containsKey(candidate.index())) {
                return PASSES;
            }
            Voice voice = compares(candidate) ? voices.get(said(candidate)) : null;
            Severity severity = candidate.alert().severity();
            if (voice != null
                    && Substance.rank(severity) >= Substance.rank(voice.severity())
                    && (voice.went() || severity != Severity.Extreme)) {
                cause(candidate).group(now);
                return new Ruling.Told(
                        voice.id(),
                        voice.candidate(),
                        "It says what another alert in force says, and is told by that.");
            }
            return braked(candidate, before);
        }

        private Ruling braked(Candidate candidate, @Nullable Severity before) {
            String source = candidate.submission().source();
            StormSource brake = Objects.requireNonNull(sources.get(source));
            StormCause known = causes.get(key(candidate));
            Severity severity = candidate.alert().severity();
            int rank = Substance.rank(severity);
            int most = settings.alertsOf(source);
            boolean causeFull = known != null && known.full(settings.oneCauseOf(source), now, settings.window());
            boolean sourceFull = most > 0 && brake.passed(now, settings.window()) >= most;
            boolean rises = known != null && known.wouldRise(rank) || before != null && rank < Substance.rank(before);
            if (severity == Severity.Extreme || rises || !causeFull && !sourceFull) {
                cause(candidate).pass(rank, now);
                if (severity != Severity.Extreme) {
                    brake.passed(now, settings.window());
                    brake.passed++;
                }
                return PASSES;
            }
            StormCause cause = known == null ? several(source) : known;
            if (cause.held >= settings.kept() && countedOnly(candidate, cause)) {
                cause.group(now);
                return new Ruling.Told(
                        null, null, "More than " + settings.kept() + " of its cause wait for a person: it is counted.");
            }
            cause.hold(rank, now);
            brake.held(rank, now, settings.quietAfter());
            return new Ruling.Held(
                    cause.id,
                    causeFull
                            ? "The brake held it: too many alerts of one cause from this source, see /api/storms."
                            : "The brake held it: too many alerts from this source, see /api/storms.");
        }

        private StormCause cause(Candidate candidate) {
            return causes.computeIfAbsent(
                    key(candidate), key -> begin(key, candidate.alert().event()));
        }

        private StormCause several(String source) {
            return causes.computeIfAbsent(
                    new CauseKey(source, Substance.SEVERAL), key -> begin(key, "(several causes)"));
        }

        private StormCause begin(CauseKey key, @Nullable String event) {
            return rows.begin(key.source(), key.key(), event == null ? "" : event, now);
        }

        /** It has a row now: what says the same is told by it. {@code went} unless it waits for a person. */
        public void stands(Candidate candidate, boolean went) {
            if (substances.containsKey(candidate.index()) && compares(candidate)) {
                voices.put(
                        said(candidate),
                        new Voice(null, candidate, candidate.alert().severity(), went));
            }
        }

        public void grouped(Candidate candidate, @Nullable Long alertId) {
            groupings.add(new StormRows.Grouping(candidate.identity(), candidate.contentHash(), alertId));
        }

        public Map<Identity, StormRows.Alias> aliases(Collection<Identity> identities) {
            return rows.aliases(identities);
        }

        public void write() {
            rows.group(groupings);
            rows.save(sources.values(), causes.values());
        }
    }

    /** Locks the sources of those that it governs. */
    public Batch begin(List<Candidate> candidates, Instant now) {
        Batch batch = new Batch(now);
        batch.look(candidates);
        return batch;
    }

    private boolean governs(Candidate candidate) {
        Alert alert = candidate.alert();
        return !candidate.submission().ours()
                && settings.governs(candidate.submission().source())
                && alert.status() == Status.Actual
                && (alert.msgType() == MsgType.Alert || alert.msgType() == MsgType.Update)
                && !alert.isAllClear();
    }

    /** What a mapping made of readings is told apart by its incidents already: the next episode is another alert. */
    private boolean compares(Candidate candidate) {
        return candidate.incidentKey() == null && !settings.identicalFor().isZero() && governs(candidate);
    }

    /** What is graver, changes another alert or is one of a known device is kept one by one, however many. */
    private static boolean countedOnly(Candidate candidate, StormCause cause) {
        return !cause.key.equals(Substance.SEVERAL)
                && candidate.incidentKey() == null
                && candidate.alert().msgType() == MsgType.Alert
                && Substance.rank(candidate.alert().severity()) >= 2;
    }
}
