package org.tocsin.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.tocsin.message.Rendered;
import org.tocsin.privacy.LookupHash;

/** Puts together what one message needs: the frozen text in the person's language, the address, the keys. */
@Component
public class DeliveryAssembly {
    private final AlertPlans plans;
    private final LookupHash hash;
    private final LedgerWatch watch;
    private final String publicUrl;

    DeliveryAssembly(
            AlertPlans plans, LookupHash hash, LedgerWatch watch, @Value("${tocsin.public-url:}") String publicUrl) {
        this.plans = plans;
        this.hash = hash;
        this.watch = watch;
        this.publicUrl = publicUrl.replaceAll("/+$", "");
    }

    /** @throws DeliveryRefused when there is nothing to send, or nowhere to send it to; certain, nothing was sent */
    public Delivery assemble(Claims.Claim claim, String channel) {
        if (claim.address() == null) {
            throw new DeliveryRefused(new DeliveryOutcome.Rejected("no-address", false));
        }
        if (!claim.hasPlace()) {
            throw new DeliveryRefused(new DeliveryOutcome.QuotaUsed("people-per-day"));
        }
        AlertPlans.AlertPlan plan = plans.of(claim.alertId());
        // Claimed in time; but a worker, or a turn of the sender, may have been waited for.
        Duration left = Duration.between(watch.latest().toInstant(), plan.expires());
        if (left.isNegative() || left.isZero()) {
            throw new DeliveryRefused(new DeliveryOutcome.Rejected("expired", false));
        }
        Rendered message = plan.rendered(claim.language(), channel);
        String key = AttemptKey.callbackKey(claim.attemptId(), hash);
        return new Delivery(
                claim.attemptId(),
                AttemptKey.recipient(claim.attemptId()),
                claim.alertId(),
                channel,
                claim.sender(),
                claim.address().text(),
                key,
                AttemptKey.number(claim.attemptId()),
                claim.spare(),
                link(key),
                watch.running().instant().plus(left),
                message);
    }

    /** The personal link that a message held, if it holds one; null where the hub has no public address. */
    public @Nullable String acknowledgeLink(long attemptId) {
        return link(AttemptKey.callbackKey(attemptId, hash));
    }

    private @Nullable String link(String key) {
        return publicUrl.isEmpty() ? null : publicUrl + "/ack/" + key;
    }

    /** Whether another template is there to try when this one is refused. */
    public static boolean hasSpare(Delivery delivery) {
        return !delivery.spareTemplate()
                && delivery.message() instanceof Rendered.WhatsAppTemplate template
                && template.spare() != null;
    }
}
