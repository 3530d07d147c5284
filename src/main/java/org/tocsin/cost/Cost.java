package org.tocsin.cost;

/**
 * What an alert has cost until now, from what was handed over. WhatsApp bills what is delivered, as its statuses say; SMS is
 * reckoned for each segment that the SMSC took, whether or not it arrived.
 *
 * @param billed by the provider's own word where it came (then with {@code pricingType}), else by its terms
 * @param open with the provider, or perhaps with it: billed if they are delivered
 * @param free of which the provider says that it does not bill them
 * @param failed with the provider, and not delivered: not billed
 */
public record Cost(Statement billed, Statement open, Statement free, Statement failed) {}
