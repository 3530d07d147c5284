package org.tocsin.intake.mail;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What holds for all mailboxes; where each one is stands in its route, as {@code tocsin.mail-in.<name>.*}.
 *
 * @param senders by source ({@code mail-alerts}): addresses and domains that may trigger; nobody without entry
 * @param authservId whose {@code Authentication-Results} are believed (RFC 8601); empty: From is believed
 * @param maxBytes a larger mail is parked without its content
 * @param timeoutMs of a connection and of each answer of the server
 * @param pollMs how often the mailbox is looked at beside IDLE
 * @param idleMs so long without a word of the server, and the IDLE connection is made anew
 * @param starttls whether the protocol {@code imap} requires STARTTLS before the password is sent
 * @param truststore PEM file of whom to trust; empty: those that Java trusts
 */
@ConfigurationProperties("tocsin.mail-in")
public record MailInSettings(
        @Nullable Map<String, List<String>> senders,
        @DefaultValue("") String authservId,
        @DefaultValue("5242880") int maxBytes,
        @DefaultValue("10000") int timeoutMs,
        @DefaultValue("15000") int pollMs,
        @DefaultValue("240000") int idleMs,
        @DefaultValue("true") boolean starttls,
        @DefaultValue("") String truststore) {

    public MailInSettings {
        senders = senders == null ? Map.of() : Map.copyOf(senders);
    }

    public SenderList sendersOf(String source) {
        return new SenderList(senders == null ? List.of() : senders.getOrDefault(source, List.of()));
    }
}
