package org.tocsin.delivery;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a failed connection says about the message: {@code Unreachable} only where nothing of it can have been written,
 * {@code Unconfirmed} in every other case. The codes are short words of ours; an exception's message may hold an
 * address and is never copied.
 */
public final class TransportFailure {
    private static final int DEEPEST_CAUSE = 16;

    /** By name, so that no client library has to be on the class path. Each is thrown before the request is written. */
    private static final Map<String, String> BEFORE_WRITE = Map.ofEntries(
            Map.entry("java.net.ConnectException", "connect-refused"),
            Map.entry("java.net.NoRouteToHostException", "no-route"),
            Map.entry("java.net.UnknownHostException", "unknown-host"),
            Map.entry("java.nio.channels.UnresolvedAddressException", "unknown-host"),
            Map.entry("java.net.http.HttpConnectTimeoutException", "connect-timeout"),
            Map.entry("io.netty.channel.ConnectTimeoutException", "connect-timeout"),
            Map.entry("org.apache.hc.client5.http.ConnectTimeoutException", "connect-timeout"),
            Map.entry("org.apache.hc.core5.http.ConnectionRequestTimeoutException", "pool-busy"),
            Map.entry("io.vertx.core.http.ConnectionPoolTooBusyException", "pool-busy"),
            Map.entry("javax.net.ssl.SSLHandshakeException", "tls-handshake"),
            Map.entry("javax.net.ssl.SSLPeerUnverifiedException", "tls-handshake"));

    private TransportFailure() {}

    public static DeliveryOutcome outcome(Throwable failure) {
        String notSent = beforeWrite(failure);
        return notSent != null
                ? new DeliveryOutcome.Unreachable(notSent)
                : new DeliveryOutcome.Unconfirmed(afterWrite(failure));
    }

    /** The word for a failure that came before anything was written, or null where that is not certain. */
    public static @Nullable String beforeWrite(Throwable failure) {
        int depth = 0;
        for (Throwable t = failure; t != null && depth < DEEPEST_CAUSE; t = t.getCause(), depth++) {
            String word = word(t);
            if (word != null) {
                return word;
            }
        }
        return null;
    }

    private static @Nullable String word(Throwable t) {
        // The JDK throws one class for both of its time-outs, and only its text tells them apart.
        if (t instanceof java.net.SocketTimeoutException
                && t.getMessage() != null
                && t.getMessage().regionMatches(true, 0, "connect timed out", 0, 17)) {
            return "connect-timeout";
        }
        for (Class<?> type = t.getClass(); type != null; type = type.getSuperclass()) {
            String word = BEFORE_WRITE.get(type.getName());
            if (word != null) {
                return word;
            }
        }
        return null;
    }

    private static String afterWrite(Throwable failure) {
        int depth = 0;
        for (Throwable t = failure; t != null && depth < DEEPEST_CAUSE; t = t.getCause(), depth++) {
            String name = t.getClass().getSimpleName();
            if (name.contains("Timeout")) {
                return "read-timeout";
            }
            if (name.contains("Closed") || name.contains("EOF") || name.contains("NoHttpResponse")) {
                return "closed";
            }
            if (t instanceof java.net.SocketException || name.contains("NativeIo")) {
                return "reset";
            }
        }
        return "no-answer";
    }
}
