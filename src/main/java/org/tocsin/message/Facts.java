package org.tocsin.message;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Area;
import org.tocsin.alert.Info;
import org.tocsin.alert.Resource;

/** The value of each {@link Variable} for one alert in one language. */
final class Facts {
    /** What WhatsApp takes as an image header (Cloud API, supported media types): at most 5 MB. */
    private static final Set<String> IMAGE_TYPES = Set.of("image/jpeg", "image/png");

    private static final long IMAGE_BYTES = 5L * 1024 * 1024;

    private Facts() {}

    /**
     * The {@code info} that speaks for a language: its own by lookup, else that of the default language, else the
     * first; null where the alert has none (a Cancel). Of several in one language CAP lets the first one rule.
     */
    static @Nullable Info infoFor(String language, String defaultLanguage, List<Info> infos) {
        List<String> tags = infos.stream().map(Info::language).toList();
        String tag = LanguageLookup.find(language, tags);
        if (tag == null) {
            tag = LanguageLookup.find(defaultLanguage, tags);
        }
        if (tag == null) {
            return infos.isEmpty() ? null : infos.get(0);
        }
        return infos.get(tags.indexOf(tag));
    }

    static Map<String, String> of(
            Alert alert, @Nullable Info info, TemplateIndex.Words words, ZoneId zone, Map<String, String> whenEmpty) {
        var values = new TreeMap<String, String>();
        for (Variable variable : Variable.values()) {
            String raw = info == null
                    ? withoutInfo(variable, alert, words, zone)
                    : value(variable, alert, info, words, zone);
            String clean = raw == null ? "" : PlainText.clean(raw, variable.maxLength());
            values.put(variable.word(), clean.isEmpty() ? whenEmpty.getOrDefault(variable.word(), "") : clean);
        }
        return values;
    }

    private static @Nullable String value(
            Variable variable, Alert alert, Info info, TemplateIndex.Words words, ZoneId zone) {
        return switch (variable) {
            case EVENT -> info.event();
            case HEADLINE -> firstOf(info.headline(), info.event());
            case DESCRIPTION -> info.description();
            case INSTRUCTION -> info.instruction();
            case AREA -> info.areas().stream().map(Area::areaDesc).distinct().collect(Collectors.joining(", "));
            case SOURCE -> firstOf(info.senderName(), alert.source(), alert.sender());
            case ONSET -> time(info.onset() == null ? info.effective() : info.onset(), words.time(), zone);
            case EXPIRES -> time(info.expires(), words.time(), zone);
            case SEVERITY -> words.severity().get(info.severity());
            case COUNT -> info.parameter("tocsin:count");
            case CONTACT -> info.contact();
            case WEB -> link(info.web(), Set.of("http", "https"), Variable.WEB.maxLength());
            case TIME, CODE -> withoutInfo(variable, alert, words, zone);
        };
    }

    /** What every alert has. The note is CAP's own place for the purpose of a message without info. */
    private static @Nullable String withoutInfo(
            Variable variable, Alert alert, TemplateIndex.Words words, ZoneId zone) {
        return switch (variable) {
            case HEADLINE -> alert.note();
            case SOURCE -> firstOf(alert.source(), alert.sender());
            case TIME -> time(alert.sent(), words.time(), zone);
            case CODE -> VerificationCode.of(alert);
            default -> "";
        };
    }

    private static @Nullable String firstOf(@Nullable String... choices) {
        for (String choice : choices) {
            if (choice != null && !choice.isBlank()) {
                return choice;
            }
        }
        return null;
    }

    static @Nullable String time(@Nullable OffsetDateTime time, DateTimeFormatter format, ZoneId zone) {
        if (time == null) {
            return null;
        }
        try {
            return format.format(time.atZoneSameInstant(zone));
        } catch (DateTimeException e) {
            // A year at the end of what java.time can hold: shown as it came, never a reason to send nothing.
            return time.toString();
        }
    }

    /** The first image of the alert that WhatsApp can fetch, or null. Its address is handed on, never opened here. */
    static @Nullable String image(@Nullable Info info) {
        if (info == null) {
            return null;
        }
        for (Resource resource : info.resources()) {
            boolean small = resource.size() == null || resource.size() <= IMAGE_BYTES;
            if (small && IMAGE_TYPES.contains(resource.mimeType().strip().toLowerCase(Locale.ROOT))) {
                String link = link(resource.uri(), Set.of("https"), 2_000);
                if (link != null) {
                    return link;
                }
            }
        }
        return null;
    }

    private static @Nullable String link(@Nullable String text, Set<String> schemes, int maxLength) {
        if (text == null || text.length() > maxLength) {
            return null;
        }
        try {
            URI uri = new URI(text.strip());
            boolean known =
                    uri.getScheme() != null && schemes.contains(uri.getScheme().toLowerCase(Locale.ROOT));
            return known && uri.getHost() != null && uri.getUserInfo() == null ? uri.toASCIIString() : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
