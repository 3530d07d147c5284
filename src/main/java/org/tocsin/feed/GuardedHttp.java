package org.tocsin.feed;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The HTTP client of what calls addresses that somebody else wrote down: the guard looks at the very address that is
 * connected to, and nothing is repeated, redirected, remembered or sent by a proxy.
 */
public final class GuardedHttp {
    private static final String AGENT = "tocsin/1.0";
    /** Without it a server could send headers until memory is full. */
    private static final Http1Config HEADERS = Http1Config.custom()
            .setMaxHeaderCount(200)
            .setMaxLineLength(16_384)
            .setMaxEmptyLineCount(10)
            .build();
    /** Cuts off a server that sends a byte now and then: a time-out of the socket would never pass. */
    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "http-watch");
        thread.setDaemon(true);
        return thread;
    });

    private GuardedHttp() {}

    /**
     * @param socket for a connection, and for each byte of an answer
     * @param timeToLive of a connection
     * @param connections at the same time
     */
    public static CloseableHttpClient client(
            OutwardRules rules, DnsResolver names, Timeout socket, TimeValue timeToLive, int connections) {
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new GuardedDns(rules, names))
                        .setMaxConnPerRoute(connections)
                        .setMaxConnTotal(connections)
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(HEADERS)
                                .build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(socket)
                                .setSocketTimeout(socket)
                                .setTimeToLive(timeToLive)
                                .setValidateAfterInactivity(TimeValue.ofMilliseconds(500))
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(socket)
                        .setConnectionRequestTimeout(socket)
                        .build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .setUserAgent(AGENT)
                .build();
    }

    /** Cancels the request after so long, whatever it is doing then; to be cancelled itself when the request has ended. */
    public static ScheduledFuture<?> endAfter(long millis, HttpUriRequestBase request) {
        return WATCH.schedule(request::cancel, millis, TimeUnit.MILLISECONDS);
    }
}
