package org.tocsin.directory;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who is to be told, and where they are reached. All calls join the caller's transaction. */
public interface Directory {

    /** Resolves {@code addresses} and areas to an audience without reading its members. */
    Audience audience(org.tocsin.alert.Alert alert);

    /** How many persons the audience holds now. */
    long count(Audience audience);

    /** The next members in ascending {@code personId}, starting after {@code afterPersonId}; at most {@code limit}. */
    List<Member> members(Audience audience, long afterPersonId, int limit);

    /** Which of these persons the audience holds now. */
    Set<Long> among(Audience audience, Collection<Long> personIds);

    /** Those persons as they are now, who have an active contact; in any order. */
    List<Member> members(Collection<Long> personIds);

    /** Usable addresses (consent given, not marked) of each person on a channel, first choice first. */
    Map<Long, List<Address>> addresses(String channel, Collection<Long> personIds);

    /** Who owns this address on this channel (any person of the directory, active or not). */
    Optional<Long> personAt(String channel, String address);

    /** Adds to the consent ledger. {@code source} says how we know: {@code reply:STOP}, {@code provider:131050}. */
    void consent(String channel, String address, boolean given, String source);

    /** The address reaches a stranger, or nobody: it is used no more until the directory names it anew. */
    void markUnusable(String channel, String address, String reason);

    /** The same, of an address as it was used: its {@link Address#hash}. */
    void markUnusable(String channel, byte[] addressHash, String reason);
}
