package org.tocsin.alert;

import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One CAP 1.2 {@code alert}. Lists are never null and never modifiable; what CAP makes optional is nullable here.
 *
 * @param addresses what CAP writes as one white-space-separated string, already split (quotes removed)
 * @param references the triples {@code sender,identifier,sent}, in their order
 * @param incidents split like {@code addresses}
 */
public record Alert(
        String identifier,
        String sender,
        OffsetDateTime sent,
        Status status,
        MsgType msgType,
        @Nullable String source,
        Scope scope,
        @Nullable String restriction,
        List<String> addresses,
        List<String> codes,
        @Nullable String note,
        List<Reference> references,
        List<String> incidents,
        List<Info> infos) {

    public Alert {
        addresses = List.copyOf(addresses);
        codes = List.copyOf(codes);
        references = List.copyOf(references);
        incidents = List.copyOf(incidents);
        infos = List.copyOf(infos);
    }

    /** This alert as others refer to it. */
    public Reference reference() {
        return new Reference(sender, identifier, sent);
    }

    /** The worst of all infos, Extreme before Severe, Moderate, Minor, Unknown. */
    public Severity severity() {
        return infos.stream().map(Info::severity).min(Comparator.naturalOrder()).orElse(Severity.Unknown);
    }

    /** The most pressing of all infos, Immediate before Expected, Future, Past, Unknown. */
    public Urgency urgency() {
        return infos.stream().map(Info::urgency).min(Comparator.naturalOrder()).orElse(Urgency.Unknown);
    }

    /** The latest of all infos that say when they expire, or null. */
    public @Nullable OffsetDateTime expires() {
        return infos.stream()
                .map(Info::expires)
                .filter(Objects::nonNull)
                .max(OffsetDateTime.timeLineOrder())
                .orElse(null);
    }

    /** Whether it says, in every info, that a danger is over, and asks nobody to protect himself from another one. */
    public boolean isAllClear() {
        return !infos.isEmpty()
                && infos.stream()
                        .map(Info::responseTypes)
                        .allMatch(types -> types.contains(ResponseType.AllClear)
                                && types.stream().noneMatch(type -> switch (type) {
                                    case Shelter, Evacuate, Prepare, Execute, Avoid -> true;
                                    case Monitor, Assess, AllClear, None -> false;
                                }));
    }

    /** The same under another name. */
    public Alert withIdentity(String otherIdentifier, OffsetDateTime otherSent) {
        return copy(otherIdentifier, otherSent, addresses, infos);
    }

    public Alert withAddresses(List<String> others) {
        return copy(identifier, sent, others, infos);
    }

    public Alert withInfos(List<Info> others) {
        return copy(identifier, sent, addresses, others);
    }

    private Alert copy(String newIdentifier, OffsetDateTime newSent, List<String> newAddresses, List<Info> newInfos) {
        return new Alert(
                newIdentifier,
                sender,
                newSent,
                status,
                msgType,
                source,
                scope,
                restriction,
                newAddresses,
                codes,
                note,
                references,
                incidents,
                newInfos);
    }

    /** The event as the first info names it, or null. */
    public @Nullable String event() {
        return infos.isEmpty() ? null : infos.get(0).event();
    }

    /**
     * The info for a reader of that language (BCP 47): by the lookup of RFC 4647, 3.4; then one in another regional form
     * of the same language, since contacts say {@code fr} and alerts {@code fr-CA}; else the first.
     *
     * @return null only if the alert has no info. Of several in one language (two areas, two times) this is the first.
     */
    public @Nullable Info infoFor(String language) {
        return LanguageLookup.choose(infos, language);
    }
}
