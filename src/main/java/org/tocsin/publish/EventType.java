package org.tocsin.publish;

import org.tocsin.alert.Alert;
import org.tocsin.alert.MsgType;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.Submission;

/** What an event tells. */
enum EventType {
    /** An Alert goes out: the incident begins. */
    ACCEPTED("alert.accepted"),
    /** The same, after a person had looked at it. */
    RELEASED("alert.released"),
    /** An Update goes out. */
    UPDATED("alert.updated"),
    /** An all-clear: what people were told is over. */
    CLEARED("alert.cleared"),
    /** A Cancel: what people were told is taken back. */
    CANCELLED("alert.cancelled"),
    /** It waits for a person. */
    HELD("alert.held"),
    /** A person said no. */
    REJECTED("alert.rejected"),
    /** Kept, and nobody is told: past its end, or not meant to be told. */
    RECORDED("alert.recorded"),
    /** Nothing more of it is sent: everybody was told or could not be, it expired, or another one took its place. */
    ENDED("alert.ended"),
    /** How many people it has reached so far. */
    PROGRESS("alert.progress"),
    /** The duty group is told of triggers that became no alert. */
    PARKED("triggers.parked"),
    /** The duty group is told that a storm of alerts is held. */
    STORM("storm.held"),
    /** The duty group is told that a channel broke, or works again. */
    PROVIDER("provider.changed"),
    /** The duty group is told of the hubs themselves, or of whom they do not hear. */
    HUB("hub.noticed"),
    /** The duty group is told of one alert: it is held, people cannot be reached, somebody asks for help. */
    NOTICE("duty.noticed");

    private final String word;

    EventType(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    String type() {
        return "org.tocsin." + word;
    }

    /** Whether it is the hub's own notice, and not about its alert. */
    boolean isNotice() {
        return switch (this) {
            case PARKED, STORM, PROVIDER, HUB, NOTICE -> true;
            case ACCEPTED, RELEASED, UPDATED, CLEARED, CANCELLED, HELD, REJECTED, RECORDED, ENDED, PROGRESS -> false;
        };
    }

    static EventType of(Publication publication, Alert alert) {
        if (publication.state().equals(Publication.PROGRESS)) {
            return PROGRESS;
        }
        if (publication.source().equals(Submission.HUB)) {
            return notice(alert.identifier());
        }
        AlertState was = publication.was() == null ? null : AlertState.valueOf(publication.was());
        boolean waited = was == AlertState.HELD || was == AlertState.PENDING_APPROVAL;
        return switch (AlertState.valueOf(publication.state())) {
            case HELD, PENDING_APPROVAL -> HELD;
            case PLANNING, SENDING -> {
                EventType message = message(alert);
                yield waited && message == ACCEPTED ? RELEASED : message;
            }
            // A Cancel of what nobody was told of is recorded; who opened an incident for it must still learn of it.
            case RECORDED -> was == null && message(alert) == ACCEPTED ? RECORDED : message(alert);
            case REJECTED -> REJECTED;
            case CANCELLED, SUPERSEDED, DONE, EXPIRED -> ENDED;
        };
    }

    private static EventType message(Alert alert) {
        if (alert.isAllClear() && alert.msgType() != MsgType.Cancel) {
            return CLEARED;
        }
        return switch (alert.msgType()) {
            case Alert -> ACCEPTED;
            case Update -> UPDATED;
            case Cancel -> CANCELLED;
            case Ack, Error -> RECORDED;
        };
    }

    /** By the identifiers that {@code DutyDesk} gives its notices. */
    private static EventType notice(String identifier) {
        String kind = identifier.replaceFirst("^duty-([a-z]*)-.*", "$1");
        return switch (kind) {
            case "parked" -> PARKED;
            case "storm" -> STORM;
            case "provider" -> PROVIDER;
            case "hub" -> HUB;
            default -> NOTICE;
        };
    }
}
