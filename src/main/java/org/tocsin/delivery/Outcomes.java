package org.tocsin.delivery;

import org.jspecify.annotations.Nullable;

/** What the cases of {@link DeliveryOutcome} have in common. */
final class Outcomes {
    private Outcomes() {}

    static @Nullable String providerId(DeliveryOutcome outcome) {
        if (outcome instanceof DeliveryOutcome.Accepted accepted) {
            return accepted.providerId();
        }
        return outcome instanceof DeliveryOutcome.Held held ? held.providerId() : null;
    }

    /** How many times as long to wait after each further refusal (pair limit: 4^X s; WhatsApp Cloud API, 2026-09). */
    static int growth(DeliveryOutcome.Throttled throttled) {
        return switch (throttled.scope()) {
            case PERSON -> 4;
            case SENDER, SERVER -> 2;
        };
    }

    static @Nullable String code(DeliveryOutcome outcome) {
        if (outcome instanceof DeliveryOutcome.Throttled o) {
            return o.code();
        } else if (outcome instanceof DeliveryOutcome.QuotaUsed o) {
            return o.code();
        } else if (outcome instanceof DeliveryOutcome.Unreachable o) {
            return o.code();
        } else if (outcome instanceof DeliveryOutcome.Unconfirmed o) {
            return o.code();
        } else if (outcome instanceof DeliveryOutcome.Rejected o) {
            return o.code();
        } else if (outcome instanceof DeliveryOutcome.OptedOut o) {
            return o.code();
        } else if (outcome instanceof DeliveryOutcome.TemplateUnusable o) {
            return o.code();
        } else if (outcome instanceof DeliveryOutcome.ChannelDown o) {
            return o.code();
        } else if (outcome instanceof DeliveryOutcome.Misconfigured o) {
            return o.code();
        }
        return null;
    }
}
