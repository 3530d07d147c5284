package org.tocsin.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Info;

/**
 * What there is to say when an alert is taken back: which alert it was, in the words that people know it by, and what the
 * Cancel says of its own. What the alert told people to do is not said again, also where the Cancel repeats it.
 */
final class Withdrawal {
    private Withdrawal() {}

    /** The original's identity, and so its code, with the headline and area of each info of it. */
    static Alert of(Alert original, @Nullable Alert cancel, String defaultLanguage) {
        List<Info> infos = new ArrayList<>();
        for (Info info : original.infos()) {
            Info own = cancel == null ? null : Facts.infoFor(info.language(), defaultLanguage, cancel.infos());
            infos.add(info(info, own, cancel == null ? null : cancel.note()));
        }
        return new Alert(
                original.identifier(),
                original.sender(),
                original.sent(),
                original.status(),
                original.msgType(),
                original.source(),
                original.scope(),
                null,
                List.of(),
                List.of(),
                original.note(),
                List.of(),
                List.of(),
                infos);
    }

    private static Info info(Info of, @Nullable Info own, @Nullable String note) {
        String description = own == null
                ? note
                : Stream.of(fresh(own.headline(), of.headline()), fresh(own.description(), of.description()), note)
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining(" "));
        return new Info(
                of.language(),
                of.categories(),
                of.event(),
                List.of(),
                of.urgency(),
                of.severity(),
                of.certainty(),
                null,
                List.of(),
                null,
                null,
                null,
                of.senderName(),
                of.headline(),
                description,
                own == null ? null : fresh(own.instruction(), of.instruction()),
                null,
                of.contact(),
                List.of(),
                List.of(),
                of.areas());
    }

    private static @Nullable String fresh(@Nullable String own, @Nullable String original) {
        boolean repeated = own != null && original != null && own.strip().equals(original.strip());
        return own == null || own.isBlank() || repeated ? null : own;
    }
}
