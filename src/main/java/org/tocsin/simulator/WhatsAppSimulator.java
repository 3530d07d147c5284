package org.tocsin.simulator;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** WhatsApp's Cloud API, its webhooks, and the people at the other end. Every answer carries {@code X-Simulated}. */
public final class WhatsAppSimulator implements AutoCloseable {
    private final SimulatorSettings settings;
    private final Vertx vertx;
    private final Timeline clock;
    private final FaultPlan<Fault> faults;
    private final Journal journal;
    private final Webhooks webhooks;
    private final RateLimits limits;
    private final Pacer pacer;
    private final TemplateBook templates;
    private final MessageDesk desk;
    private final Correspondence people;
    private final CloudApi api;
    private final Wamids wamids = new Wamids();
    private final NumberFaults faultsOfNumbers;
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private final Handler<HttpServerRequest> control;
    private volatile Function<Sent, Optional<Duration>> autoAnswer;
    private volatile boolean somebodyAnswers;
    private @Nullable HttpServer server;
    private int port;

    WhatsAppSimulator(SimulatorSettings settings, Vertx vertx, Timeline clock, Handler<HttpServerRequest> control) {
        this.settings = settings;
        this.vertx = vertx;
        this.clock = clock;
        this.control = control;
        this.faults = new FaultPlan<>(settings.seed());
        this.faultsOfNumbers = new NumberFaults(settings.seed());
        this.journal = new Journal(settings.journalLimit());
        this.webhooks = new Webhooks(settings, vertx, clock);
        MessageCourse course = new MessageCourse(settings, clock, webhooks, new AnsweringPeople());
        this.limits = new RateLimits(settings.rules(), clock);
        this.pacer = new Pacer(settings.rules(), clock);
        this.templates = new TemplateBook(settings, clock, webhooks);
        MessageHistory history = new MessageHistory(journal, course, webhooks, clock);
        this.desk = new MessageDesk(
                settings, clock, faults, limits, pacer, templates, journal, history, course, wamids, faultsOfNumbers);
        this.people = new Correspondence(
                clock, wamids, webhooks, desk, settings.account().phoneNumberId());
        Health health = new Health(faults, faultsOfNumbers, limits);
        this.api = new CloudApi(settings, vertx, faults, desk, health, history, templates);
        this.autoAnswer = this::answersByChance;
        this.somebodyAnswers = settings.autoAnswer().share() > 0;
        this.port = settings.ports().whatsApp();
        listen();
        if (settings.webhooks().url() != null) {
            subscribeUntilVerified(settings.webhooks().url());
        }
    }

    public int port() {
        return port;
    }

    /** What stands for {@code https://graph.facebook.com}. */
    public String baseUrl() {
        return "http://127.0.0.1:" + port;
    }

    public Journal journal() {
        return journal;
    }

    /** For shares of messages and a number of times. */
    public FaultPlan<Fault> faults() {
        return faults;
    }

    /** From now on for this person; none: healthy, whatever holds for all. */
    public void fault(String e164, Fault... met) {
        faults.forRecipient(e164, List.of(met));
    }

    public void faultForAll(Fault... met) {
        faults.forAll(List.of(met));
    }

    /**
     * What all messages of one business number meet from now on, and its health shows.
     *
     * @param met null: nothing of its own
     */
    public void faultForNumber(String phoneNumberId, @Nullable Fault met) {
        faultsOfNumbers.set(phoneNumberId, met);
    }

    NumberFaults faultsOfNumbers() {
        return faultsOfNumbers;
    }

    public void clearFaults() {
        faults.clear();
        faultsOfNumbers.clear();
        api.expireToken(false);
        webhooks.oversize(false);
    }

    /** Nobody listens on the port, and the open connections are cut. */
    public synchronized void refuseConnections(boolean refuse) {
        if (!refuse && server == null) {
            listen();
        } else if (refuse && server != null) {
            HttpServer listening = server;
            server = null;
            await(listening.close());
            connections.forEach(HttpConnection::close);
        }
    }

    /** While it lasts no webhook is posted; the backlog comes in one burst afterwards. */
    public void webhookOutage(boolean on) {
        webhooks.outage(on);
    }

    /** @return whether the endpoint passed the handshake; until one does, nothing is posted */
    public boolean subscribe(String webhookUrl) {
        return await(webhooks.subscribe(webhookUrl));
    }

    Future<Boolean> subscribeLater(String webhookUrl) {
        return webhooks.subscribe(webhookUrl);
    }

    /** Whether and how long after delivery the person taps the first button. Replaces the setting. */
    public void autoAnswer(Function<Sent, Optional<Duration>> people) {
        autoAnswer = people;
        somebodyAnswers = true;
    }

    /** A status of a message that this business never sent. */
    public void statusOfUnknownMessage(String e164, String status) {
        String waId = Addresses.digits(e164);
        long now = clock.millis() / 1000;
        webhooks.offer(new WebhookEvent.Status(
                settings.account().phoneNumberId(),
                wamids.next(waId),
                status,
                now,
                waId,
                true,
                null,
                true,
                false,
                status.equals("failed") ? 131000 : 0,
                false,
                false));
    }

    /** Taps a button of the last message. @return the wamid of the tap */
    public String tapButton(String e164, String payload, String text) {
        return tapButton(e164, null, payload, text);
    }

    /**
     * Taps a quick reply of a template, which comes as {@code button}, or a reply button, as {@code interactive}.
     *
     * @param wamid of the message that has the button; null: the last one
     */
    public String tapButton(String e164, @Nullable String wamid, String payload, String text) {
        Sent sent = journal.find(e164, wamid)
                .orElseThrow(() -> new IllegalStateException("this person has no such message to tap on"));
        return people.tap(sent, payload, text);
    }

    /** @param contextWamid of the message that is answered, or null. @return the wamid of the text */
    public String text(String e164, String text, @Nullable String contextWamid) {
        return people.text(e164, text, contextWamid);
    }

    Correspondence people() {
        return people;
    }

    /** 24 hours without a word from this person have passed. */
    public void closeWindow(String e164) {
        desk.closeWindow(Addresses.key(e164));
    }

    /** The token that requests bear has expired, or there is a new one. */
    public void expireToken(boolean expired) {
        api.expireToken(expired);
    }

    /** More messages a second, after up to 60 s of 131057; told by webhook when it is done. */
    public void upgradeThroughput() {
        clock.later(
                limits.upgrade(),
                () -> webhooks.offer(new WebhookEvent.Notice(
                        "phone_number_quality_update",
                        CloudApi.object()
                                .put("display_phone_number", WebhookBody.DISPLAY_NUMBER)
                                .put("event", "THROUGHPUT_UPGRADE")
                                .put("current_limit", "TIER_UNLIMITED"))));
    }

    /** From now on, with fresh counters. */
    public void keep(Rules rules) {
        limits.apply(rules);
        pacer.apply(rules);
    }

    TemplateBook templates() {
        return templates;
    }

    /** Posts of more than the 1,000 updates that Meta promises at most. */
    void oversizeBatches(boolean on) {
        webhooks.oversize(on);
    }

    /** Events that the business confirmed with 200. */
    public long webhooksConfirmed() {
        return webhooks.counts()[1];
    }

    /** How long the business took to answer, milliseconds: 0.99 for the time that 99% of the answers kept within. */
    public double webhookAnswerMillis(double share) {
        return webhooks.answers().millis(share);
    }

    long[] webhookCounts() {
        return webhooks.counts();
    }

    AnswerTimes webhookAnswers() {
        return webhooks.answers();
    }

    private final class AnsweringPeople implements MessageCourse.AutoTap {
        @Override
        public boolean possible() {
            return somebodyAnswers;
        }

        @Override
        public void arrived(Sent sent) {
            String button = sent.buttons().get(0);
            autoAnswer
                    .apply(sent)
                    .ifPresent(after -> clock.later(
                            after,
                            () -> people.tap(sent, button, settings.autoAnswer().buttonText())));
        }
    }

    private Optional<Duration> answersByChance(Sent sent) {
        boolean answers =
                Chance.of(settings.seed(), sent.to(), 7) < settings.autoAnswer().share();
        return answers ? Optional.of(settings.autoAnswer().after()) : Optional.empty();
    }

    /** Does not wait: the handshake is tried each second until the hub gives the right answer. */
    public void subscribeUntilVerified(String url) {
        webhooks.subscribe(url).onSuccess(verified -> {
            if (!verified) {
                clock.later(Duration.ofSeconds(1), () -> subscribeUntilVerified(url));
            }
        });
    }

    private synchronized void listen() {
        HttpServer listening = vertx.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setPerMessageWebSocketCompressionSupported(false)
                        .setPerFrameWebSocketCompressionSupported(false))
                .connectionHandler(connection -> {
                    connections.add(connection);
                    connection.closeHandler(closed -> connections.remove(connection));
                })
                .requestHandler(this::dispatch);
        await(listening.listen());
        port = listening.actualPort();
        server = listening;
    }

    void dispatch(HttpServerRequest request) {
        if (request.path() != null && request.path().startsWith("/_sim/")) {
            control.handle(request);
        } else {
            api.handle(request);
        }
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "the simulator could not: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("the simulator did not answer in 30 s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        refuseConnections(true);
        webhooks.close();
    }
}
