package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.delivery.DeliveryOutcome.Accepted;
import org.tocsin.delivery.DeliveryOutcome.Held;
import org.tocsin.delivery.DeliveryOutcome.Unconfirmed;
import org.tocsin.delivery.DeliveryOutcome.Unreachable;
import org.tocsin.message.Rendered;

/** What every channel keeps, whatever its provider. The test of a channel extends it. */
public abstract class DeliveryChannelContract {
    protected static final String CANARY = "CANARY-4915112345678";
    protected static final Instant EXPIRES = Instant.parse("2026-11-22T14:30:05Z");

    protected abstract DeliveryChannel channel();

    /** An address of the channel's own form. */
    protected abstract String address();

    protected abstract Rendered message();

    /** The least that proves that the provider took the message. */
    protected abstract ProviderResponse accepted();

    /** What the request adds to the address in the route: nothing, or what names the sender "1". */
    protected @Nullable String path() {
        return null;
    }

    protected Delivery delivery(String to, Rendered message) {
        return new Delivery(
                3200L,
                100L,
                7L,
                channel().name(),
                "1",
                to,
                "k-7.32_00",
                1,
                false,
                "https://hub.example/a/x?k=1&l=2",
                EXPIRES,
                message);
    }

    @Test
    void hasANameThatFitsARouteAndAKey() {
        assertThat(channel().name()).matches("[a-z][a-z0-9-]{1,20}");
    }

    @Test
    void makesARequestThatCannotBeSentElsewhere() {
        ProviderRequest request = channel().toRequest(delivery(address(), message()));
        assertThat(request.headers().keySet())
                .doesNotContain("CamelHttpUri", "CamelHttpQuery", "CamelHttpRawQuery", "Host")
                .noneMatch(name -> name.toLowerCase().startsWith("mail."));
        assertThat(request.headers().get("CamelHttpPath")).isEqualTo(path());
        assertThat(request.headers()).doesNotContainValue(null);
    }

    @Test
    void givesEachRequestItsOwnHeaders() {
        channel().toRequest(delivery(address(), message())).headers().clear();
        assertThat(channel().toRequest(delivery(address(), message())).headers())
                .isNotEmpty();
    }

    @Test
    void takesItForAcceptedWithEvidence() {
        assertThat(channel().toOutcome(accepted())).isInstanceOf(Accepted.class);
    }

    static Stream<ProviderResponse> garbage() {
        List<String> bodies = List.of(
                "",
                " ",
                "null",
                "{}",
                "[]",
                "\"x\"",
                "7",
                "<html><body>" + CANARY + "</body></html>",
                "{\"error\":null}",
                "{\"error\":\"" + CANARY + "\"}",
                "{\"error\":{\"code\":\"" + CANARY + "\",\"message\":\"" + CANARY + "\"}}",
                "{\"error\":{\"code\":1e999}}",
                "{\"error\":{\"code\":-1}}",
                "{\"messages\":{}}",
                "{\"messages\":[]}",
                "{\"messages\":[{}]}",
                "{\"messages\":[{\"id\":7}]}",
                "{\"messages\":[{\"id\":\"\"}]}",
                "{\"messages\":[{\"id\":\"a b\\n\"}]}",
                "{\"messages\":[{\"id\":\"wamid.x",
                "[".repeat(5000),
                "\u0000\uFFFF\uD800");
        List<Object> statuses = List.of(0, 200, 204, 302, 400, 401, 429, 500, 503, 999, -1, "200", "x", new Object());
        List<ProviderResponse> all = new ArrayList<>();
        for (String body : bodies) {
            all.add(new ProviderResponse(body, Map.of()));
            for (Object status : statuses) {
                Map<String, Object> headers = new HashMap<>();
                headers.put("CamelHttpResponseCode", status);
                headers.put("CamelSmppId", List.of());
                headers.put("CamelMailMessageId", CANARY + "\r\n");
                headers.put("Retry-After", CANARY);
                headers.put("x-null", null);
                all.add(new ProviderResponse(body, headers));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void neverThrowsAndNeverTakesGarbageForAccepted(ProviderResponse response) {
        DeliveryOutcome outcome = channel().toOutcome(response);
        assertThat(outcome).isNotInstanceOf(Accepted.class).isNotInstanceOf(Held.class);
        assertThat(outcome.toString()).doesNotContain("CANARY");
    }

    static Stream<Throwable> unknownFailures() {
        Exception cyclic = new Exception("a " + CANARY);
        cyclic.initCause(new Exception("b", cyclic));
        return Stream.of(
                new RuntimeException(CANARY),
                new Exception((String) null),
                new IOException(CANARY),
                new IOException("wrapped", new SocketTimeoutException("Read timed out")),
                new SocketException("Connection reset"),
                new SocketException("Broken pipe"),
                new EOFException(),
                new TimeoutException(CANARY),
                new IllegalStateException(CANARY),
                new StackOverflowError(),
                cyclic);
    }

    @ParameterizedTest
    @MethodSource("unknownFailures")
    void whatIsNotCertainlyUnsentIsUnconfirmed(Throwable failure) {
        DeliveryOutcome outcome = channel().toOutcome(failure);
        assertThat(outcome).isInstanceOf(Unconfirmed.class);
        assertThat(outcome.toString()).doesNotContain("CANARY");
        assertThat(((Unconfirmed) outcome).code()).matches("[a-z0-9-]{3,30}");
    }

    static Stream<Throwable> neverConnected() {
        return Stream.of(
                        new ConnectException("Connection refused: " + CANARY),
                        new UnknownHostException(CANARY),
                        new NoRouteToHostException(CANARY),
                        new SocketTimeoutException("Connect timed out"),
                        new SSLHandshakeException(CANARY))
                .flatMap(cause -> Stream.of(cause, new RuntimeException(CANARY, new IOException(CANARY, cause))));
    }

    @ParameterizedTest
    @MethodSource("neverConnected")
    void noConnectionIsCertainlyUnsent(Throwable failure) {
        DeliveryOutcome outcome = channel().toOutcome(failure);
        assertThat(outcome).isInstanceOf(Unreachable.class);
        assertThat(outcome.toString()).doesNotContain("CANARY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "+",
                "CANARY",
                "+CANARY4915112345678",
                "+49151,+49152",
                "+4915112345678\r\nBcc: CANARY@x.org",
                "CANARY@x.org,b@x.org",
                "CANARY@x.org;b@x.org",
                "<CANARY@x.org>",
                "CANARY@x.org\n",
                "@x.org",
                "+4915112345678 ",
                "${bean:CANARY}@x",
                "0151"
            })
    void refusesAnAddressThatIsNone(String to) {
        DeliveryRefused refused =
                catchThrowableOfType(DeliveryRefused.class, () -> channel().toRequest(delivery(to, message())));
        assertThat(refused.outcome()).isEqualTo(new DeliveryOutcome.Rejected("address-malformed", true));
        assertThat(refused).message().doesNotContain("CANARY");
    }

    @Test
    void refusesAMessageInAnotherChannelsForm() {
        Stream.of(
                        new Rendered.WhatsAppTemplate("v", "n", "en", List.of(), null, List.of(), null),
                        new Rendered.SmsText("v", CANARY, true, 1),
                        new Rendered.EmailMessage("v", CANARY, CANARY, CANARY))
                .filter(other -> other.getClass() != message().getClass())
                .forEach(other -> {
                    DeliveryRefused refused = catchThrowableOfType(
                            DeliveryRefused.class, () -> channel().toRequest(delivery(address(), other)));
                    assertThat(refused.outcome()).isInstanceOf(DeliveryOutcome.Misconfigured.class);
                    assertThat(refused).message().doesNotContain("CANARY");
                });
    }
}
