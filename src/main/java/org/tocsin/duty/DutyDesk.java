package org.tocsin.duty;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapJson;
import org.tocsin.alert.Category;
import org.tocsin.alert.Certainty;
import org.tocsin.alert.Info;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.Scope;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Status;
import org.tocsin.alert.Urgency;
import org.tocsin.delivery.DutyNotices;
import org.tocsin.delivery.DutyNotices.Notice;
import org.tocsin.delivery.WorkingBean;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.Intake;

/**
 * Tells the duty group what needs a person: an alert that is held, people who could not be reached, somebody who
 * needs help, triggers that became no alert, a provider that is broken. A notice is an alert like any other, addressed to one group, on a ladder of its own.
 */
@Component
public class DutyDesk extends WorkingBean {
    /** Source and sender of the hub's own notices; nobody is told when one of these fails, or it would never end. */
    static final String SOURCE = "hub";

    private static final Logger log = LoggerFactory.getLogger(DutyDesk.class);
    private static final Principal HUB = new Principal(SOURCE, Role.OPERATOR, null);

    /** By rank: what is unknown counts as Moderate. */
    private static final List<String> GRAVEST = List.of("Extreme", "Severe", "Moderate", "Minor");

    private final DutyNotices notices;
    private final ParkedTriggers parked;
    private final HeldStorms storms;
    private final ProviderEvents providers;
    private final HubEvents hubs;
    private final Intake intake;
    private final String group;
    private final String sender;
    private final Duration betweenParked;

    DutyDesk(
            DutyNotices notices,
            ParkedTriggers parked,
            HeldStorms storms,
            ProviderEvents providers,
            HubEvents hubs,
            Intake intake,
            DutySettings settings) {
        super("duty-desk");
        this.notices = notices;
        this.parked = parked;
        this.storms = storms;
        this.providers = providers;
        this.hubs = hubs;
        this.betweenParked = settings.parkedEvery();
        this.intake = intake;
        this.group = settings.group();
        this.sender = settings.sender();
    }

    @Override
    protected void round() throws InterruptedException {
        for (Notice notice : notices.due()) {
            tell(
                    "duty-%d-%s-%d".formatted(notice.alertId(), notice.kind(), notice.number()),
                    notice.dueAt(),
                    headline(notice),
                    description(notice),
                    "See /api/alerts/" + notice.alertId());
            notices.told(notice);
        }
        parked.due(betweenParked).ifPresent(this::tell);
        storms.due().forEach(this::tell);
        providers.due().forEach(this::tell);
        hubs.due().forEach(this::tell);
        Thread.sleep(250);
    }

    private void tell(ParkedTriggers.Notice notice) {
        boolean one = notice.count() == 1;
        tell(
                "duty-parked-" + ChronoUnit.MICROS.between(Instant.EPOCH, notice.at()),
                notice.at(),
                notice.count() + (one ? " trigger" : " triggers") + " became no alert and " + (one ? "is" : "are")
                        + " parked",
                "From " + notice.sources() + ". What they were to tell reached nobody.",
                "See /api/parked");
        parked.told(notice);
    }

    private void tell(HeldStorms.Storm storm) {
        tell(
                "duty-storm-%s-%d-%d"
                        .formatted(
                                Integer.toHexString(storm.source().hashCode()),
                                ChronoUnit.MICROS.between(Instant.EPOCH, storm.at()),
                                storm.rank()),
                storm.at(),
                "A storm of alerts from " + storm.shown() + " is held and waits for you",
                storm.held() + " so far, the gravest " + GRAVEST.get(storm.rank())
                        + ". More of them wait with these; an Extreme one is never held.",
                "See /api/storms");
        storms.told(storm);
    }

    private void tell(HubEvents.Event event) {
        tell("duty-hub-" + event.id(), event.at(), event.what(), event.detail(), event.see());
        hubs.told(event);
    }

    /** It goes out by every other channel: nothing is written to a provider that is broken or turned off. */
    private void tell(ProviderEvents.Event event) {
        tell("duty-provider-" + event.id(), event.at(), event.headline(), event.description(), "See /api/channels");
        providers.told(event);
    }

    /** Its identity is that of the notice, its time that of the row: handed in twice, it is one alert. */
    private void tell(String identifier, Instant due, String headline, String description, String instruction) {
        OffsetDateTime sent = due.atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
        Alert alert = alert(identifier, sent, info(sent, headline, description, instruction));
        IntakeResult result =
                handIn(new Submission(SOURCE, Format.CAP_JSON, CapJson.write(alert), Map.of(), HUB, null));
        if (result instanceof IntakeResult.Accepted accepted && accepted.state() != AlertState.PLANNING) {
            log.error(
                    "the duty group '{}' could not be told ({}): {}; set tocsin.duty.group to a group with people in"
                            + " it",
                    group,
                    identifier,
                    accepted.reason());
        }
    }

    private IntakeResult handIn(Submission submission) {
        try {
            return intake.accept(submission);
        } catch (UnacceptableSubmission e) {
            throw new IllegalStateException("the hub's own notice is no acceptable alert", e);
        }
    }

    private Alert alert(String identifier, OffsetDateTime sent, Info info) {
        return new Alert(
                identifier,
                sender,
                sent,
                Status.Actual,
                MsgType.Alert,
                null,
                Scope.Private,
                null,
                List.of(group),
                List.of(),
                null,
                List.of(),
                List.of(),
                List.of(info));
    }

    private static Info info(OffsetDateTime effective, String headline, String description, String instruction) {
        return new Info(
                "en",
                List.of(Category.Other),
                "Duty notice",
                List.of(),
                Urgency.Immediate,
                Severity.Severe,
                Certainty.Observed,
                null,
                List.of(),
                effective,
                null,
                effective.plusHours(12),
                "Tocsin",
                headline,
                description,
                instruction,
                null,
                null,
                List.of(),
                List.of(),
                List.of());
    }

    private static String headline(Notice notice) {
        return switch (notice.kind()) {
            case "held" -> "Alert " + notice.alertId() + " is HELD and waits for you";
            case "exhausted" -> notice.count() + " could not be reached for alert " + notice.alertId();
            case "need-help" -> notice.count() + " asked for help, alert " + notice.alertId();
            default -> "Alert " + notice.alertId() + ": " + notice.kind();
        };
    }

    private static String description(Notice notice) {
        return notice.event() + ". " + notice.reason();
    }
}
