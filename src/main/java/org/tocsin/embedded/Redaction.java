package org.tocsin.embedded;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/** Takes out of a foreign exception's message what must not be printed: secrets by value and by form, addresses. */
final class Redaction {
    private static final Pattern SECRET_KEY =
            Pattern.compile(".*(password|passwd|secret|token|credential|api.?keys|users|private.?key).*");
    /** {@code password=x}, {@code access_token: x}, as in URIs and configuration. */
    private static final Pattern ASSIGNED = Pattern.compile(
            "(?i)([\\w.-]*(?:password|passwd|secret|token|apikey)[\\w.-]*[\"']?\\s*[=:]\\s*)(?:RAW\\([^)]*\\)|[\"']?[^\\s&,;)\"']+)");

    private static final Pattern USER_INFO = Pattern.compile("(://)[^/@\\s]+@");
    private static final Pattern BEARER = Pattern.compile("(?i)(bearer\\s+)\\S+");
    private static final Pattern EMAIL = Pattern.compile("[\\w.+-]+@[\\w-]+(\\.[\\w-]+)+");
    private static final Pattern NUMBER = Pattern.compile("\\+?\\d[\\d ()/-]{6,}\\d");

    private Redaction() {}

    static String of(String message, @Nullable ConfigurableEnvironment environment) {
        String text = message;
        if (environment != null) {
            for (String secret : secrets(environment)) {
                text = text.replace(secret, "<secret>");
            }
        }
        text = ASSIGNED.matcher(text).replaceAll("$1<secret>");
        text = USER_INFO.matcher(text).replaceAll("$1<secret>@");
        text = BEARER.matcher(text).replaceAll("$1<secret>");
        text = EMAIL.matcher(text).replaceAll("<address>");
        return NUMBER.matcher(text).replaceAll("<number>");
    }

    private static List<String> secrets(ConfigurableEnvironment environment) {
        List<String> secrets = new ArrayList<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                for (String name : enumerable.getPropertyNames()) {
                    Object value = value(source, name);
                    // Shorter ones would blank out ordinary words.
                    if (SECRET_KEY.matcher(name.toLowerCase(Locale.ROOT)).matches()
                            && value != null
                            && value.toString().length() >= 6) {
                        secrets.add(value.toString());
                    }
                }
            }
        }
        secrets.sort(Comparator.comparingInt(String::length).reversed());
        return secrets;
    }

    private static @Nullable Object value(PropertySource<?> source, String name) {
        try {
            return source.getProperty(name);
        } catch (RuntimeException e) {
            // the address of an embedded server that did not start: there is nothing to hide
            return null;
        }
    }
}
