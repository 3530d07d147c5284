package org.tocsin.console;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.tocsin.delivery.Answer;
import org.tocsin.embedded.HubSettings;
import org.tocsin.reply.ReplyDesk;

/**
 * The page behind the personal link of an e-mail. Opening it acknowledges nothing, since mail scanners open every
 * link; a button does. It works without script, names nobody and shows nothing of the alert.
 */
@RestController
public class AcknowledgePage {
    private static final String PAGE = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tocsin</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex"><style>
            body{font:1.2rem system-ui,sans-serif;max-width:30rem;margin:2rem auto;padding:0 1rem}
            button{font:inherit;width:100%%;padding:1rem;margin:.4rem 0}</style></head><body>%s</body></html>""";

    private static final String ASK = """
            <p>Please tell us that you got the message.<br><span lang="fr">Merci de confirmer la réception.</span></p>
            <form method="post">
            <button name="answer" value="ACKNOWLEDGED">I got it / <span lang="fr">Bien reçu</span></button>
            <button name="answer" value="SAFE">I am safe / <span lang="fr">Je suis en sécurité</span></button>
            <button name="answer" value="NEED_HELP">I need help / <span lang="fr">J’ai besoin d’aide</span></button>
            <button name="answer" value="ON_MY_WAY">On my way / <span lang="fr">J’arrive</span></button>
            <button name="answer" value="UNAVAILABLE">Not available / <span lang="fr">Indisponible</span></button>
            </form>""";

    private static final String THANKS =
            "<p>Thank you. Your answer is recorded.<br><span lang=\"fr\">Merci, c’est enregistré.</span></p>";

    private static final String UNKNOWN =
            "<p>This link is not valid.<br><span lang=\"fr\">Ce lien n’est pas valable.</span></p>";

    private final ReplyDesk replies;
    private final String mark;

    AcknowledgePage(ReplyDesk replies, HubSettings hub) {
        this.replies = replies;
        this.mark = hub.demo() ? "<p><b>SIMULATED: nothing here reaches a real phone.</b></p>" : "";
    }

    @GetMapping("/ack/{key}")
    ResponseEntity<String> ask(@PathVariable String key) {
        return page(HttpStatus.OK, ASK);
    }

    @PostMapping("/ack/{key}")
    ResponseEntity<String> answer(
            @PathVariable String key, @RequestParam(defaultValue = "ACKNOWLEDGED") String answer) {
        Answer chosen;
        try {
            chosen = Answer.valueOf(answer);
        } catch (IllegalArgumentException e) {
            return page(HttpStatus.UNPROCESSABLE_ENTITY, UNKNOWN);
        }
        return replies.acknowledge(key, chosen) ? page(HttpStatus.OK, THANKS) : page(HttpStatus.NOT_FOUND, UNKNOWN);
    }

    private ResponseEntity<String> page(HttpStatus status, String content) {
        return ResponseEntity.status(status)
                .contentType(MediaType.TEXT_HTML)
                .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
                .header("Referrer-Policy", "no-referrer")
                .header("Cache-Control", "no-store")
                .body(PAGE.formatted(mark + content));
    }
}
