package org.tocsin.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The readiness probe, {@code GET /{phone number id}?fields=health_status,…}. Faults that hold for all are those of the
 * whole account, so they show here too, besides those of the number. The numbers of its errors are assumed, but for 141000.
 */
final class Health {
    private final FaultPlan<Fault> faults;
    private final NumberFaults faultsOfNumbers;
    private final RateLimits limits;

    Health(FaultPlan<Fault> faults, NumberFaults faultsOfNumbers, RateLimits limits) {
        this.faults = faults;
        this.faultsOfNumbers = faultsOfNumbers;
        this.limits = limits;
    }

    private record Trouble(String canSend, int code, String description) {}

    ObjectNode answer(String number) {
        Trouble trouble = trouble(number);
        String canSend = trouble == null ? "AVAILABLE" : trouble.canSend();
        ObjectNode node = CloudApi.object().put("id", number);
        ObjectNode health = node.putObject("health_status").put("can_send_message", canSend);
        ObjectNode entity = health.putArray("entities").addObject();
        entity.put("entity_type", "PHONE_NUMBER").put("id", number).put("can_send_message", canSend);
        if (trouble != null) {
            entity.putArray("errors")
                    .addObject()
                    .put("error_code", trouble.code())
                    .put("error_description", trouble.description())
                    .put("possible_solution", "Simulated: clear the fault.");
        }
        node.put("quality_rating", "GREEN").put("whatsapp_business_manager_messaging_limit", limits.tier());
        node.putObject("throughput").put("level", limits.level());
        return node;
    }

    private @Nullable Trouble trouble(String number) {
        if (limits.inMaintenance() || refuses(number, 131057)) {
            return new Trouble("LIMITED", 141000, "The throughput of the number is being changed.");
        }
        if (refuses(number, 131042)) {
            return new Trouble("BLOCKED", 141006, "There is an issue with the payment.");
        }
        if (refuses(number, 133010) || refuses(number, 131045)) {
            return new Trouble("BLOCKED", 141001, "The number is not registered.");
        }
        if (refuses(number, 131031) || refuses(number, 368)) {
            return new Trouble("BLOCKED", 141002, "The account is locked.");
        }
        return null;
    }

    private boolean refuses(String number, int code) {
        return refuses(faultsOfNumbers.ofAll(number), code) || faults.holdsForAll(fault -> refuses(fault, code));
    }

    private static boolean refuses(@Nullable Fault fault, int code) {
        return fault instanceof Fault.Refused refused && refused.code() == code;
    }
}
