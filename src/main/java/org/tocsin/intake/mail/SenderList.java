package org.tocsin.intake.mail;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who may trigger: exact addresses ({@code noc@example.org}) and domains ({@code example.org}, which is that domain and
 * none below it). Case does not matter. An empty list is nobody.
 */
public final class SenderList {
    private final Set<String> entries;

    public SenderList(Collection<String> entries) {
        this.entries = entries.stream()
                .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
                .map(entry -> entry.startsWith("@") ? entry.substring(1) : entry)
                .filter(entry -> !entry.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** @param address {@code local@domain}, of one From */
    public boolean allows(String address) {
        String lower = address.toLowerCase(Locale.ROOT);
        return entries.contains(lower) || entries.contains(domain(lower));
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    static String domain(String address) {
        return address.substring(address.lastIndexOf('@') + 1);
    }
}
