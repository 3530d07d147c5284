package org.tocsin.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.tocsin.intake.mail.MailLog;

/** What became of each mail: no sender, no subject, no text. For operators, as all that is not a trigger's. */
@RestController
class MailController {
    private static final int PAGE = 100;

    /** @param reason a word ({@code sender-not-listed}), explained by {@code sentence} */
    record Shown(
            String id,
            String mailbox,
            String outcome,
            String reason,
            String sentence,
            @Nullable String alert,
            @Nullable String parked,
            String at) {}

    private final MailLog log;

    MailController(MailLog log) {
        this.log = log;
    }

    @GetMapping("/api/mails")
    Map<String, List<Shown>> list(@RequestParam(required = false) @Nullable String before) {
        Long from = before == null ? null : Ids.parse(before).orElse(null);
        return Map.of(
                "mails",
                log.list(from, PAGE).stream().map(MailController::shown).toList());
    }

    private static Shown shown(MailLog.Entry entry) {
        return new Shown(
                String.valueOf(entry.id()),
                entry.mailbox(),
                entry.outcome().name(),
                entry.reason().word(),
                entry.reason().sentence(),
                entry.alertId() == null ? null : String.valueOf(entry.alertId()),
                entry.parkedId() == null ? null : String.valueOf(entry.parkedId()),
                entry.at().toString());
    }
}
