package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.jsmpp.bean.DataCodings;
import org.jsmpp.bean.ESMClass;
import org.jsmpp.bean.GSMSpecificFeature;
import org.jsmpp.bean.InterfaceVersion;
import org.jsmpp.bean.MessageMode;
import org.jsmpp.bean.MessageType;
import org.jsmpp.bean.NumberingPlanIndicator;
import org.jsmpp.bean.RegisteredDelivery;
import org.jsmpp.bean.SubmitSm;
import org.jsmpp.bean.TypeOfNumber;
import org.jsmpp.extra.ProcessRequestException;
import org.jsmpp.session.SMPPServerSession;
import org.jsmpp.session.SMPPServerSessionListener;
import org.jsmpp.session.ServerMessageReceiverListener;
import org.jsmpp.session.SubmitSmResult;
import org.jsmpp.util.MessageId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.delivery.Delivery;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryOutcome.Accepted;
import org.tocsin.delivery.DeliveryOutcome.Rejected;
import org.tocsin.delivery.DeliveryOutcome.Throttled;
import org.tocsin.delivery.DeliveryOutcome.Unconfirmed;
import org.tocsin.delivery.DeliveryOutcome.Unreachable;
import org.tocsin.delivery.InboundMessage;
import org.tocsin.delivery.ProviderRequest;
import org.tocsin.delivery.ProviderResponse;
import org.tocsin.delivery.Receipt;
import org.tocsin.delivery.sms.SmppEvents;
import org.tocsin.delivery.sms.SmppReceipts;
import org.tocsin.delivery.sms.SmsChannel;
import org.tocsin.message.Rendered.SmsText;

/** The headers of {@link SmsChannel} as camel-smpp 4.17 really writes them, against a real SMSC of jSMPP. */
class SmsOverCamelTest {
    private final SmsChannel channel = new SmsChannel("+33755550100", Clock.systemUTC());
    private final BlockingQueue<SubmitSm> submitted = new LinkedBlockingQueue<>();
    private final BlockingQueue<SmppEvents> received = new LinkedBlockingQueue<>();
    private volatile int answerStatus;
    private volatile boolean silent;
    private volatile SMPPServerSession session;
    private SMPPServerSessionListener smsc;
    private CamelContext camel;
    private ProducerTemplate template;
    private String uri;

    @BeforeEach
    void startSmscAndRoute() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        smsc = new SMPPServerSessionListener(port);
        Thread accepting = new Thread(() -> accept(smsc), "smsc");
        accepting.setDaemon(true);
        accepting.start();
        uri = "smpp://u@127.0.0.1:" + port
                + "?password=p&messageReceiverRouteId=receive&transactionTimer=1000&enquireLinkTimer=60000";
        camel = new DefaultCamelContext();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:receive")
                        .routeId("receive")
                        .process(exchange -> received.add(SmppReceipts.parse(
                                exchange.getMessage().getHeaders(),
                                exchange.getMessage().getBody(),
                                Instant.now())));
            }
        });
        camel.start();
        template = camel.createProducerTemplate();
    }

    @AfterEach
    void stop() throws IOException {
        camel.stop();
        smsc.close();
    }

    private void accept(SMPPServerSessionListener listener) {
        try {
            while (true) {
                SMPPServerSession accepted = listener.accept();
                accepted.setMessageReceiverListener(new Smsc());
                accepted.waitForBind(5000).accept("smsc", InterfaceVersion.IF_34);
                session = accepted;
            }
        } catch (Exception closed) {
            // The test is over.
        }
    }

    private DeliveryOutcome send(String text) {
        Delivery delivery = new Delivery(
                1,
                1,
                1,
                "sms",
                "1",
                "+33612345678",
                "k",
                1,
                false,
                null,
                Instant.now().plusSeconds(7200),
                new SmsText("v", text, true, 1));
        ProviderRequest request = channel.toRequest(delivery);
        Exchange exchange = template.request(uri, e -> {
            e.getMessage().setBody(request.body());
            e.getMessage().setHeaders(request.headers());
        });
        if (exchange.getException() != null) {
            return channel.toOutcome(exchange.getException());
        }
        return channel.toOutcome(
                new ProviderResponse("", Map.copyOf(exchange.getMessage().getHeaders())));
    }

    @Test
    void writesGsmSeptetsWithReceiptValidityAndAddresses() throws Exception {
        assertThat(send("Crue à 5 € @ _")).isEqualTo(new Accepted("1a"));
        SubmitSm sm = submitted.poll(5, TimeUnit.SECONDS);
        assertThat(sm.getShortMessage())
                .isEqualTo("Crue \u007f 5 \u001be \u0000 \u0011".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(sm.getDataCoding()).isZero();
        assertThat(sm.getDestAddress()).isEqualTo("33612345678");
        assertThat(sm.getDestAddrTon()).isEqualTo((byte) 1);
        assertThat(sm.getDestAddrNpi()).isEqualTo((byte) 1);
        assertThat(sm.getSourceAddr()).isEqualTo("33755550100");
        assertThat(sm.getSourceAddrTon()).isEqualTo((byte) 1);
        assertThat(sm.getRegisteredDelivery()).isEqualTo((byte) 1);
        assertThat(sm.getValidityPeriod()).matches("00000001595[0-9]000R|000000020000000R");
        assertThat(sm.isUdhi()).isFalse();
    }

    @Test
    void writesUcs2() throws Exception {
        assertThat(send("洪水 🌊")).isInstanceOf(Accepted.class);
        SubmitSm sm = submitted.poll(5, TimeUnit.SECONDS);
        assertThat(sm.getDataCoding()).isEqualTo((byte) 8);
        assertThat(new String(sm.getShortMessage(), StandardCharsets.UTF_16BE)).isEqualTo("洪水 🌊");
    }

    @ParameterizedTest(name = "{0} × {1} → {2} parts")
    @CsvSource({"a,160,1", "a,161,2", "é,459,3", "€,81,2", "洪,70,1", "洪,71,2", "🌊,99,3", "🌊,100,4"})
    void cutsALongTextAsItCounted(String character, int times, int parts) throws Exception {
        assertThat(send(character.repeat(times))).isEqualTo(new Accepted(Integer.toHexString(0x19 + parts)));
        List<SubmitSm> all = new ArrayList<>();
        submitted.drainTo(all);
        assertThat(all).hasSize(parts);
        for (int i = 0; i < parts; i++) {
            SubmitSm sm = all.get(i);
            assertThat(sm.isUdhi()).isEqualTo(parts > 1);
            assertThat(sm.getRegisteredDelivery()).isEqualTo((byte) (i == parts - 1 ? 1 : 0));
            if (parts > 1) {
                assertThat(sm.getShortMessage()[4]).isEqualTo((byte) parts);
                assertThat(sm.getShortMessage()[5]).isEqualTo((byte) (i + 1));
            }
        }
    }

    @Test
    void aNegativeResponseIsCertain() {
        answerStatus = 0x58;
        assertThat(send("a")).isEqualTo(new Throttled("0x00000058", Duration.ofSeconds(1)));
        answerStatus = 0x0B;
        assertThat(send("a")).isEqualTo(new Rejected("0x0000000B", true));
        answerStatus = 0x0401;
        assertThat(send("a")).isEqualTo(new Rejected("0x00000401", false));
    }

    @Test
    void silenceAfterTheWriteIsUnknownAndALostSessionIsUnreachable() throws Exception {
        silent = true;
        assertThat(send("a")).isEqualTo(new Unconfirmed("response-timeout"));
        assertThat(submitted).hasSize(1);
        smsc.close();
        session.close();
        Awaitility.await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> assertThat(send("a"))
                .isEqualTo(new Unreachable("not-bound")));
    }

    @Test
    void readsReceiptsAndMessages() throws Exception {
        send("a");
        Awaitility.await().until(() -> session != null);
        deliver(
                MessageType.SMSC_DEL_RECEIPT,
                false,
                "id:0000000026 sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:DELIVRD err:000 text:a"
                        .getBytes(StandardCharsets.US_ASCII));
        Receipt receipt = received.poll(5, TimeUnit.SECONDS).receipts().get(0);
        assertThat(receipt.kind()).isEqualTo(Receipt.Kind.DELIVERED);
        assertThat(org.tocsin.delivery.sms.SmppMessageIds.candidates(receipt.providerId()))
                .contains("1a");

        deliver(MessageType.DEFAULT, false, "Au secours \u0000 \u0005".getBytes(StandardCharsets.ISO_8859_1));
        InboundMessage message = received.poll(5, TimeUnit.SECONDS).messages().get(0);
        assertThat(message.from()).isEqualTo("+33612345678");
        assertThat(message.text()).isEqualTo("Au secours @ é");

        deliver(MessageType.DEFAULT, true, new byte[] {5, 0, 3, 1, 2, 1, 'H', 'E', 'L', 'P'});
        assertThat(received.poll(5, TimeUnit.SECONDS).messages().get(0).text()).isEqualTo("HELP");
    }

    private void deliver(MessageType type, boolean udhi, byte[] text) throws Exception {
        session.deliverShortMessage(
                "",
                TypeOfNumber.INTERNATIONAL,
                NumberingPlanIndicator.ISDN,
                "33612345678",
                TypeOfNumber.INTERNATIONAL,
                NumberingPlanIndicator.ISDN,
                "33755550100",
                new ESMClass(MessageMode.DEFAULT, type, udhi ? GSMSpecificFeature.UDHI : GSMSpecificFeature.DEFAULT),
                (byte) 0,
                (byte) 0,
                new RegisteredDelivery(),
                DataCodings.newInstance((byte) 0),
                text);
    }

    private final class Smsc implements ServerMessageReceiverListener {
        private int next = 0x1A;

        @Override
        public SubmitSmResult onAcceptSubmitSm(SubmitSm submitSm, SMPPServerSession source)
                throws ProcessRequestException {
            submitted.add(submitSm);
            if (silent) {
                Awaitility.await().pollDelay(3, TimeUnit.SECONDS).until(() -> true);
            }
            if (answerStatus != 0) {
                throw new ProcessRequestException("no", answerStatus);
            }
            try {
                return new SubmitSmResult(
                        new MessageId(Integer.toHexString(next++)), new org.jsmpp.bean.OptionalParameter[0]);
            } catch (org.jsmpp.PDUStringException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public org.jsmpp.session.SubmitMultiResult onAcceptSubmitMulti(
                org.jsmpp.bean.SubmitMulti submitMulti, SMPPServerSession source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public org.jsmpp.session.QuerySmResult onAcceptQuerySm(
                org.jsmpp.bean.QuerySm querySm, SMPPServerSession source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void onAcceptReplaceSm(org.jsmpp.bean.ReplaceSm replaceSm, SMPPServerSession source) {}

        @Override
        public void onAcceptCancelSm(org.jsmpp.bean.CancelSm cancelSm, SMPPServerSession source) {}

        @Override
        public org.jsmpp.session.DataSmResult onAcceptDataSm(
                org.jsmpp.bean.DataSm dataSm, org.jsmpp.session.Session source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public org.jsmpp.session.BroadcastSmResult onAcceptBroadcastSm(
                org.jsmpp.bean.BroadcastSm broadcastSm, SMPPServerSession source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void onAcceptCancelBroadcastSm(
                org.jsmpp.bean.CancelBroadcastSm cancelBroadcastSm, SMPPServerSession source) {}

        @Override
        public org.jsmpp.session.QueryBroadcastSmResult onAcceptQueryBroadcastSm(
                org.jsmpp.bean.QueryBroadcastSm queryBroadcastSm, SMPPServerSession source) {
            throw new UnsupportedOperationException();
        }
    }
}
