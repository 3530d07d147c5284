package org.tocsin.intake.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a receiving mail server found out about a mail's origin: one {@code Authentication-Results} field (RFC 8601,
 * section 2.2). Only the topmost field of the server that we trust is asked: a mail may bring others along, and servers
 * add theirs above.
 */
final class AuthenticationResults {
    private static final int LONGEST = 8_000;
    private static final Pattern METHOD = Pattern.compile("^([a-z0-9-]+)(?:/\\d+)?\\s*=\\s*([a-z]+)(?=\\s|$)");
    private static final Pattern PROPERTY =
            Pattern.compile("(?:^|\\s)(header\\.d|header\\.i|header\\.from|smtp\\.mailfrom)\\s*=\\s*(\\S+)");

    private final List<String> results;

    private AuthenticationResults(List<String> results) {
        this.results = results;
    }

    /** @param fields in the order of the mail; nothing passed when the topmost of {@code authservId} says nothing */
    static AuthenticationResults topmost(List<String> fields, String authservId) {
        for (String field : fields) {
            List<String> parts = split(field);
            String server = parts.get(0).split("\\s+", 2)[0];
            if (server.equalsIgnoreCase(authservId.strip())) {
                return new AuthenticationResults(parts.subList(1, parts.size()));
            }
        }
        return new AuthenticationResults(List.of());
    }

    /**
     * Whether DMARC, DKIM or SPF passed for the domain of From: the domain itself, or one above it that vouched for it
     * (the relaxed alignment of RFC 7489 the other way round would need a list of public suffixes).
     */
    boolean vouchFor(String fromDomain) {
        return results.stream().anyMatch(result -> vouches(result, fromDomain.toLowerCase(Locale.ROOT)));
    }

    private static boolean vouches(String result, String fromDomain) {
        Matcher method = METHOD.matcher(result);
        if (!method.find() || !method.group(2).equals("pass")) {
            return false;
        }
        List<String> properties =
                switch (method.group(1)) {
                    case "dmarc" -> List.of("header.from");
                    case "dkim" -> List.of("header.d", "header.i");
                    case "spf" -> List.of("smtp.mailfrom");
                    default -> List.of();
                };
        return PROPERTY.matcher(result)
                .results()
                .map(p -> Map.entry(p.group(1), SenderList.domain(p.group(2).replace("\"", ""))))
                .filter(p -> properties.contains(p.getKey()))
                .anyMatch(p -> fromDomain.equals(p.getValue())
                        || p.getValue().contains(".") && fromDomain.endsWith("." + p.getValue()));
    }

    /** At semicolons, in lower case, without comments: what a comment says is the sender's own choice. */
    private static List<String> split(String field) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < Math.min(field.length(), LONGEST); i++) {
            char c = field.charAt(i);
            if (c == '\\' && (quoted || depth > 0)) {
                i++;
            } else if (c == '"' && depth == 0) {
                quoted = !quoted;
                part.append(c);
            } else if (!quoted && c == '(') {
                depth++;
            } else if (!quoted && c == ')' && depth > 0) {
                depth--;
                part.append(' ');
            } else if (!quoted && depth == 0 && c == ';') {
                parts.add(part.toString().strip().toLowerCase(Locale.ROOT));
                part.setLength(0);
            } else if (quoted) {
                // What is quoted may be the sender's own words, such as the name before the @ of an envelope.
                part.append(Character.isWhitespace(c) || c == '=' ? '_' : c);
            } else if (depth == 0) {
                part.append(c == '\r' || c == '\n' || c == '\t' ? ' ' : c);
            }
        }
        parts.add(part.toString().strip().toLowerCase(Locale.ROOT));
        return parts;
    }
}
