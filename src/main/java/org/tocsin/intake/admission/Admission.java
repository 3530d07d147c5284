package org.tocsin.intake.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tocsin.alert.Alert;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.Status;
import org.tocsin.delivery.DeliveryPlan;
import org.tocsin.directory.Audience;
import org.tocsin.directory.Directory;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.IntakeSettings;
import org.tocsin.intake.Quoted;
import org.tocsin.intake.Submission;
import org.tocsin.intake.alerts.Candidate;
import org.tocsin.intake.alerts.Former;
import org.tocsin.intake.alerts.Tells;
import org.tocsin.intake.alerts.Verdict;
import org.tocsin.intake.ledger.NewNotices;
import org.tocsin.message.FrozenMessage;
import org.tocsin.message.Templates;

/** Decides how a new alert begins, by its own words and by whom it would reach; looks at no other alert. */
public final class Admission {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Directory directory;
    private final Templates templates;
    private final DeliveryPlan plan;
    private final IntakeSettings.MaxAge maxAge;
    /** Whom an Exercise may reach, in the words of addresses. */
    private final List<String> players;

    public Admission(
            Directory directory,
            Templates templates,
            DeliveryPlan plan,
            IntakeSettings.MaxAge maxAge,
            List<String> players) {
        this.directory = directory;
        this.templates = templates;
        this.plan = plan;
        this.maxAge = maxAge;
        this.players = players;
    }

    /** Remembers, within one transaction, whether an audience holds anybody: many alerts are for the same groups. */
    public final class Batch {
        private final Map<Audience, Boolean> somebody = new HashMap<>();

        /** @param tells {@link Tells#AUDIENCE}, unless people were told of what this one follows */
        public Verdict of(Candidate candidate, Tells tells, Instant now) {
            Verdict unsaid = unsaid(candidate.alert(), now);
            if (unsaid != null) {
                return unsaid;
            }
            Alert alert = candidate.alert();
            Verdict verdict = addressed(candidate, tells, expires(alert, now));
            List<String> doubts = doubts(candidate);
            return doubts.isEmpty() ? verdict : verdict.held(String.join(" ", doubts));
        }

        /** Why a person should look at it first, whomever it is for. */
        static List<String> doubts(Candidate candidate) {
            List<String> doubts = new ArrayList<>(candidate.marks().doubts());
            String hold = candidate.submission().attributes().get(Submission.HOLD);
            if (hold != null) {
                doubts.add(hold);
            }
            String test = candidate.testMark();
            if (test != null && !doubts.contains(test)) {
                doubts.add(test);
            }
            String undivided = candidate.undivided();
            if (undivided != null) {
                doubts.add(undivided);
            }
            return doubts;
        }

        /** What the brake holds: its audience and text are made when a person releases it. */
        Verdict braked(Candidate candidate, String why, Instant now) {
            Instant expires = expires(candidate.alert(), now);
            List<String> reasons = new ArrayList<>(List.of(why));
            reasons.addAll(doubts(candidate));
            String reason = String.join(" ", reasons);
            return new Verdict(AlertState.HELD, reason, expires, null, null, null, null, List.of());
        }

        /** Whether nobody is told by what it says itself: the verdict, or null. */
        @org.jspecify.annotations.Nullable
        Verdict unsaid(Alert alert, Instant now) {
            Instant expires = expires(alert, now);
            if (alert.status() == Status.Exercise) {
                // Whom its Cancel is for is known: those who were told of it.
                if (alert.msgType() != MsgType.Cancel && players(alert).isEmpty()) {
                    return Verdict.recorded(
                            expires,
                            "Its status is Exercise, and it is for none of tocsin.intake.players: nobody is told.");
                }
            } else if (alert.status() != Status.Actual) {
                return Verdict.recorded(expires, "Its status is " + alert.status() + ": nobody is told.");
            }
            if (alert.msgType() == MsgType.Ack || alert.msgType() == MsgType.Error) {
                return Verdict.recorded(expires, "It is an " + alert.msgType() + " of another alert.");
            }
            if (alert.msgType() == MsgType.Cancel) {
                return Verdict.recorded(expires, null);
            }
            if (!expires.isAfter(now)) {
                return Verdict.recorded(expires, "It had expired when it came: nobody is told.");
            }
            return null;
        }

        private Verdict addressed(Candidate candidate, Tells tells, Instant expires) {
            Alert alert = candidate.alert();
            Audience named =
                    directory.audience(alert.status() == Status.Exercise ? alert.withAddresses(players(alert)) : alert);
            // A group may be called like a contact: a digest is for its persons alone.
            Audience audience =
                    candidate.submission().source().equals(Submission.DIGEST) ? named.contactsOnly() : named;
            boolean unknown = tells != Tells.REACHED && !audience.unknown().isEmpty();
            Verdict verdict = new Verdict(
                    AlertState.PLANNING,
                    unknown ? "Not in the directory: " + words(audience.unknown()) + "." : null,
                    expires,
                    json(audience),
                    json(templates.freeze(alert, expires)),
                    candidate.submission().ours() ? null : json(templates.freezeCancel(alert, null)),
                    plan.ladderJson(alert),
                    unknown ? List.of(NewNotices.UNKNOWN_ADDRESS) : List.of());
            String nobody =
                    switch (tells) {
                        case AUDIENCE -> nobody(audience);
                        // An area that holds nobody any more is no reason to leave the others with what they were told.
                        case BOTH -> audience.reason();
                        case REACHED -> null;
                    };
            return nobody == null ? verdict : verdict.held(nobody);
        }

        /**
         * A Cancel of something that went out: in its words, or in those prepared with {@code like}.
         *
         * @param reason what it did
         */
        Verdict cancel(Candidate candidate, Former like, String reason, Instant now) {
            Alert cancel = candidate.alert();
            OffsetDateTime given = cancel.expires();
            // Not from its own time: who was told must learn that it is over, also when the Cancel was long on its way.
            Instant expires = given == null ? now.plus(maxAge.of(like.severity())) : given.toInstant();
            if (!expires.isAfter(now)) {
                return Verdict.recorded(expires, reason + " It had expired when it came: nobody is told.");
            }
            String prepared = like.cancelMessage();
            boolean saysMore = !cancel.infos().isEmpty() || cancel.note() != null;
            String message = saysMore || prepared == null ? json(templates.freezeCancel(like.cap(), cancel)) : prepared;
            return new Verdict(AlertState.PLANNING, reason, expires, null, message, null, like.ladder(), List.of());
        }

        @org.jspecify.annotations.Nullable
        String nobody(Audience audience) {
            if (audience.reason() != null) {
                return audience.reason();
            }
            if (somebody.computeIfAbsent(audience, this::holds)) {
                return null;
            }
            return holds(audience.swapped())
                    ? "Nobody is found whom it concerns; there are people where its area would be with latitude and"
                            + " longitude exchanged."
                    : "Nobody is found whom it concerns.";
        }

        private boolean holds(Audience audience) {
            return !directory.members(audience, 0, 1).isEmpty();
        }
    }

    public Batch batch() {
        return new Batch();
    }

    /** The plan in force now, for an alert that is being released. */
    String ladder(Alert alert) {
        return plan.ladderJson(alert);
    }

    /** Those of its addresses who are players; all of them when it names none. An area makes nobody a player. */
    private List<String> players(Alert alert) {
        return alert.addresses().isEmpty()
                ? players
                : alert.addresses().stream().filter(players::contains).toList();
    }

    public static Audience audience(String json) {
        try {
            return JSON.readValue(json, Audience.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an audience of the ledger is not readable any more");
        }
    }

    /** A clock that is ahead must not make an alert live longer. */
    private Instant expires(Alert alert, Instant now) {
        OffsetDateTime expires = alert.expires();
        if (expires != null) {
            return expires.toInstant();
        }
        Instant sent = alert.sent().toInstant();
        return (sent.isAfter(now) ? now : sent).plus(maxAge.of(alert.severity()));
    }

    private static String words(List<String> unknown) {
        String first =
                String.join(", ", unknown.stream().limit(10).map(Quoted::of).toList());
        return unknown.size() <= 10 ? first : first + " and " + (unknown.size() - 10) + " more";
    }

    private static String json(FrozenMessage message) {
        return new String(message.toJson(), StandardCharsets.UTF_8);
    }

    private static String json(Audience audience) {
        try {
            return JSON.writeValueAsString(audience);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an audience cannot be written as JSON");
        }
    }
}
