package org.tocsin.intake.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.Submission;
import org.tocsin.intake.accept.IntakeBench;

/** Mails of a ticket system, which open, change and end something: from the bytes of the mail to the ledger. */
class MailByEventsTest {
    private static final String EVENTS = """
            events:
              - name: ticket-mail
                source: mail-alerts
                identity: [/fields/ticket]
                state: {at: /fields/state, open: [open, worse], closed: [solved]}
                sender: tickets@example.org
                event: IT outage
                category: Infra
                severity: {at: /fields/grade, words: {1: Severe, 2: Moderate}, otherwise: Unknown}
                addresses: [flood-zone-a]
                text: {en: {headline: "{{/subject}}", instruction: "{{/fields/todo}}"}}
                closed-text: {en: {headline: "Over: {{/subject}}"}}
            """;
    private static final IntakeBench bench =
            new IntakeBench(IntakeBench.temporary("sensors.yaml", ""), IntakeBench.temporary("events.yaml", EVENTS));
    private static final MailReader reader = new MailReader(
            new MailSorter(new SenderList(List.of("noc@example.org")), "", "alerts@hub.example.org", id -> false));

    @AfterAll
    static void close() {
        bench.close();
    }

    private static IntakeResult mail(int number, String lines) throws Exception {
        String mail =
                "From: Noc <noc@example.org>\nSubject: Mail is down\nMessage-ID: <%d@example.org>\n".formatted(number)
                        + "Date: Thu, 26 Nov 2026 05:00:00 +0100\nMIME-Version: 1.0\n\n" + lines;
        MailVerdict verdict = reader.read(mail.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8))
                .verdict();
        return bench.intake.accept(new Submission(
                "mail-alerts",
                Format.MAPPED_JSON,
                ((MailVerdict.Document) verdict).json(),
                Map.of(),
                IntakeBench.TRIGGER,
                null));
    }

    private static String raised() {
        return String.join(
                " ",
                bench.jdbc()
                        .sql("select msg_type || ':' || severity from alert order by id")
                        .query(String.class)
                        .list());
    }

    @Test
    void aTicketsMailsAreOneIncidentThatOpensChangesAndEnds() throws Exception {
        Accepted opened = (Accepted) mail(1, "Ticket: T-7\nState: open\nGrade: 2\nTodo: Use the telephone.\n");
        assertThat(mail(2, "Ticket: T-7\nState: open\nGrade: 2\nTodo: Use the telephone.\n"))
                .isInstanceOf(IntakeResult.Silent.class);
        mail(3, "Ticket: T-7\nState: worse\nGrade: 1\n");
        mail(4, "Ticket: T-7\nState: solved\nGrade: 1\n");
        mail(5, "Ticket: T-8\nState: open\nGrade: 1\n");

        assertThat(raised()).isEqualTo("Alert:Moderate Update:Severe Update:Severe Alert:Severe");
        assertThat(bench.one("select cap from alert where id = ?", opened.id()))
                .contains("Mail is down", "Use the telephone.");
        assertThat(bench.one("select count(*) from alert where tells = 'REACHED'"))
                .isEqualTo("1");
    }
}
