package org.tocsin.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.feed.FeedClient.Fetched;
import org.tocsin.feed.FeedClient.Validators;
import org.tocsin.feed.FeedFailure.Kind;
import org.tocsin.testing.FeedServer;
import org.tocsin.testing.Trap;

/** Against a real server that does all that servers do. */
@Timeout(30)
class FeedClientTest {
    private static final FeedServer server = new FeedServer();
    private static final CountDownLatch released = new CountDownLatch(1);

    @AfterAll
    static void close() {
        released.countDown();
        server.close();
    }

    private static FeedClient client(Duration timeout, DnsResolver names, Set<String> internal, int... more) {
        Set<Integer> ports = new java.util.HashSet<>(Set.of(80, server.port()));
        for (int port : more) {
            ports.add(port);
        }
        return new FeedClient(
                new OutwardRules(
                        Set.of("127.0.0.1", "feeds.example.org", "169.254.169.254", "localhost"), internal, ports),
                1_000,
                timeout,
                names);
    }

    private static FeedClient client() {
        return client(Duration.ofSeconds(10), SystemDefaultDnsResolver.INSTANCE, Set.of("127.0.0.1"));
    }

    private static FeedFailure failure(FeedClient client, String address) {
        FeedFailure failure =
                catchThrowableOfType(FeedFailure.class, () -> client.get(address, "*/*", Validators.NONE));
        assertThat(failure).as("a failure").isNotNull();
        assertThat(failure.getMessage()).doesNotContain("SECRET");
        return failure;
    }

    @Test
    void whatTheServerSaysOfItsVersionIsSaidToItAndA304IsNothingNew() throws Exception {
        server.put("/etag", exchange -> {
            exchange.getResponseHeaders().set("ETag", "\"v1\"");
            exchange.getResponseHeaders().set("Last-Modified", "Mon, 23 Nov 2026 10:00:00 GMT");
            boolean known = "\"v1\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"))
                    && "Mon, 23 Nov 2026 10:00:00 GMT"
                            .equals(exchange.getRequestHeaders().getFirst("If-Modified-Since"));
            FeedServer.answer(exchange, known ? 304 : 200, known ? null : "text/xml; charset=\"Latin1\"", "<rss/>");
        });
        try (FeedClient client = client()) {
            var first = (Fetched.Content) client.get(server.url("/etag"), "application/rss+xml", Validators.NONE);
            assertThat(first.bytes()).asString(StandardCharsets.UTF_8).isEqualTo("<rss/>");
            assertThat(first.charset()).isEqualTo("Latin1");
            assertThat(client.get(server.url("/etag"), "*/*", first.validators()))
                    .isInstanceOf(Fetched.NotModified.class);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "404, NOT_FOUND",
        "410, GONE",
        "401, FORBIDDEN",
        "403, FORBIDDEN",
        "429, BUSY",
        "500, SERVER_ERROR",
        "503, SERVER_ERROR",
        "204, UNEXPECTED_STATUS",
        "304, UNEXPECTED_STATUS",
        "302, UNEXPECTED_STATUS"
    })
    void eachStatusHasItsKindAndNoneIsRepeated(int status, Kind kind) {
        AtomicInteger calls = new AtomicInteger();
        server.put("/status", exchange -> {
            calls.incrementAndGet();
            FeedServer.answer(exchange, status, "text/html", status == 204 || status == 304 ? null : "SECRET");
        });
        try (FeedClient client = client()) {
            assertThat(failure(client, server.url("/status")).kind()).isEqualTo(kind);
        }
        assertThat(calls).hasValue(1);
    }

    @Test
    void aServerThatIsBusySaysWhenToComeBackButNotForEver() {
        server.put("/busy", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "120");
            FeedServer.answer(exchange, 503, "text/plain", "");
        });
        server.put("/never", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "Fri, 31 Dec 2100 23:59:59 GMT");
            FeedServer.answer(exchange, 429, "text/plain", "");
        });
        try (FeedClient client = client()) {
            assertThat(failure(client, server.url("/busy")).retryAfter()).isEqualTo(Duration.ofSeconds(120));
            assertThat(failure(client, server.url("/never")).retryAfter()).isEqualTo(Duration.ofMinutes(15));
        }
    }

    @Test
    void threeRedirectsAreFollowedAndAFourthOrALoopIsNot() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            String next = "/hop" + (i + 1);
            server.put("/hop" + i, exchange -> redirect(exchange, next));
        }
        server.put("/hop4", exchange -> FeedServer.answer(exchange, 200, "text/xml", "<rss/>"));
        server.put("/loop", exchange -> {
            calls.incrementAndGet();
            redirect(exchange, "/loop");
        });
        try (FeedClient client = client()) {
            assertThat(client.get(server.url("/hop1"), "*/*", Validators.NONE)).isInstanceOf(Fetched.Content.class);
            assertThat(failure(client, server.url("/hop0")).kind()).isEqualTo(Kind.REDIRECTS);
            assertThat(failure(client, server.url("/loop")).kind()).isEqualTo(Kind.REDIRECTS);
        }
        assertThat(calls).hasValue(4);
    }

    /** The name of the feed is of the internet, what it leads to is ours. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data/",
                "http://localhost:TRAP/",
                "http://[::1]:TRAP/",
                "http://2130706433:TRAP/",
                "http://0x7f000001:TRAP/",
                "http://0177.0.0.1:TRAP/",
                "http://127.1:TRAP/",
                "http://[::ffff:127.0.0.1]:TRAP/",
                "http://user:password@127.0.0.1:TRAP/",
                "ftp://127.0.0.1:TRAP/",
                "file:///etc/passwd",
                "http://elsewhere.example.org:TRAP/",
                "//localhost:TRAP/",
            })
    void aRedirectIntoOurNetworkIsNotFollowed(String to) {
        try (Trap trap = new Trap();
                FeedClient client = client(
                        Duration.ofSeconds(10),
                        SystemDefaultDnsResolver.INSTANCE,
                        Set.of("127.0.0.1"),
                        Integer.parseInt(trap.address().split(":")[1]))) {
            String place = to.replace("TRAP", trap.address().split(":")[1]);
            server.put("/astray", exchange -> redirect(exchange, place));

            assertThat(failure(client, server.url("/astray")).kind()).isEqualTo(Kind.ADDRESS_REFUSED);
            assertThat(trap.calls()).isZero();
        }
    }

    /** There is no look before the connection that another answer could follow: each connection has one, and it is checked. */
    @Test
    void aNameThatAnswersOtherwiseTheSecondTimeLeadsNowhere() throws Exception {
        String[] answers = {"127.0.0.1", "169.254.169.254", "127.0.0.1"};
        AtomicInteger asked = new AtomicInteger();
        DnsResolver rebinding = new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                return new InetAddress[] {InetAddress.getByName(answers[asked.getAndIncrement()])};
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
        server.put("/once", exchange -> {
            exchange.getResponseHeaders().set("Connection", "close");
            FeedServer.answer(exchange, 200, "text/xml", "<rss/>");
        });
        String address = "http://feeds.example.org:" + server.port() + "/once";
        try (FeedClient house = client(Duration.ofSeconds(10), rebinding, Set.of("feeds.example.org"));
                FeedClient internet = client(Duration.ofSeconds(10), rebinding, Set.of())) {
            assertThat(house.get(address, "*/*", Validators.NONE)).isInstanceOf(Fetched.Content.class);
            assertThat(failure(house, address).kind()).isEqualTo(Kind.ADDRESS_REFUSED);
            assertThat(failure(internet, address).kind()).isEqualTo(Kind.ADDRESS_REFUSED);
        }
        assertThat(asked).hasValue(3);
        assertThat(server.requests("/once")).isEqualTo(1);
    }

    @Test
    void aHostInOurNetworkIsCalledOnlyWhenItIsListedAsInternal() {
        server.put("/house", exchange -> FeedServer.answer(exchange, 200, "text/xml", "<rss/>"));
        try (FeedClient client =
                client(Duration.ofSeconds(10), SystemDefaultDnsResolver.INSTANCE, Set.of("feeds.example.org"))) {
            assertThat(failure(client, server.url("/house")).kind()).isEqualTo(Kind.ADDRESS_REFUSED);
        }
    }

    @Test
    void anAnswerWithoutEndIsReadUpToTheLimitOnly() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[1 << 20]);
        }
        server.put("/bomb", exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, bomb.size());
            exchange.getResponseBody().write(bomb.toByteArray());
            exchange.close();
        });
        server.put("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try {
                while (released.getCount() > 0) {
                    exchange.getResponseBody().write(new byte[8_192]);
                }
            } catch (IOException cut) {
                exchange.close();
            }
        });
        try (FeedClient client = client()) {
            assertThat(failure(client, server.url("/bomb")).kind()).isEqualTo(Kind.TOO_LARGE);
            assertThat(failure(client, server.url("/endless")).kind()).isEqualTo(Kind.TOO_LARGE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "x: y\r\n", "\r\n"})
    void headersWithoutEndAreNotRead(String part) throws Exception {
        byte[] lines = part.repeat(10_000).getBytes(StandardCharsets.US_ASCII);
        try (ServerSocket raw = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
                FeedClient client = client(
                        Duration.ofSeconds(10),
                        SystemDefaultDnsResolver.INSTANCE,
                        Set.of("127.0.0.1"),
                        raw.getLocalPort())) {
            Thread talker = new Thread(() -> {
                try (Socket caller = raw.accept()) {
                    OutputStream out = caller.getOutputStream();
                    if (!part.isBlank()) {
                        out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
                    }
                    while (released.getCount() > 0) {
                        out.write(lines);
                    }
                } catch (IOException cut) {
                    return; // as it should be
                }
            });
            talker.start();
            assertThat(failure(client, "http://127.0.0.1:" + raw.getLocalPort() + "/")
                            .kind())
                    .isIn(Kind.TOO_LARGE, Kind.NO_CONNECTION);
            talker.join(5_000);
            assertThat(talker.isAlive()).as("its connection was cut").isFalse();
        }
    }

    /** A byte each 100 ms: no time-out of a socket would ever end it. */
    @Test
    void aServerThatDripsIsCutOff() {
        server.put("/drip", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try {
                while (!released.await(100, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                    exchange.getResponseBody().write('x');
                    exchange.getResponseBody().flush();
                }
            } catch (InterruptedException | IOException cut) {
                exchange.close();
            }
        });
        server.put("/silent", exchange -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (FeedClient client =
                client(Duration.ofMillis(800), SystemDefaultDnsResolver.INSTANCE, Set.of("127.0.0.1"))) {
            assertThat(failure(client, server.url("/drip")).kind()).isEqualTo(Kind.TIMEOUT);
            assertThat(failure(client, server.url("/silent")).kind()).isEqualTo(Kind.TIMEOUT);
        }
    }

    private static void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().set("Location", to);
        FeedServer.answer(exchange, 302, "text/html", "SECRET");
    }
}
