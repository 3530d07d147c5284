package org.tocsin.message;

import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Area;
import org.tocsin.alert.Category;
import org.tocsin.alert.Certainty;
import org.tocsin.alert.Info;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.Resource;
import org.tocsin.alert.ResponseType;
import org.tocsin.alert.Scope;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Status;
import org.tocsin.alert.Urgency;

/** The alerts of these tests. Sent on 22 November 2026 at 14:05 in Paris. */
final class Alerts {
    static final Path SHIPPED = Path.of("config/templates");
    static final ZoneId PARIS = ZoneId.of("Europe/Paris");
    static final OffsetDateTime SENT = OffsetDateTime.parse("2026-11-22T13:05:00Z");

    private Alerts() {}

    static Alert alert(Info... infos) {
        return alert(Status.Actual, infos);
    }

    static Alert alert(Status status, Info... infos) {
        return new Alert(
                "flood-7",
                "rivers@example.org",
                SENT,
                status,
                MsgType.Alert,
                null,
                Scope.Public,
                null,
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of(),
                Arrays.asList(infos));
    }

    static InfoDraft info(String language, String event) {
        return new InfoDraft(language, event);
    }

    /** Only what the tests vary. */
    static final class InfoDraft {
        private final String language;
        private final String event;
        private List<ResponseType> responses = List.of();
        private @Nullable String source = "River Authority";
        private @Nullable String headline;
        private @Nullable String description;
        private @Nullable String instruction;
        private @Nullable String web;
        private List<Resource> resources = List.of();
        private List<Area> areas = List.of();

        private InfoDraft(String language, String event) {
            this.language = language;
            this.event = event;
        }

        InfoDraft response(ResponseType... types) {
            responses = List.of(types);
            return this;
        }

        InfoDraft source(String text) {
            source = text;
            return this;
        }

        InfoDraft headline(String text) {
            headline = text;
            return this;
        }

        InfoDraft description(String text) {
            description = text;
            return this;
        }

        InfoDraft instruction(String text) {
            instruction = text;
            return this;
        }

        InfoDraft web(String text) {
            web = text;
            return this;
        }

        InfoDraft area(String... names) {
            areas = Arrays.stream(names)
                    .map(name -> new Area(name, List.of(), List.of(), List.of(), null, null))
                    .toList();
            return this;
        }

        InfoDraft resource(String mimeType, @Nullable String uri) {
            resources = List.of(new Resource("map", mimeType, null, uri, null, null));
            return this;
        }

        Info done() {
            return new Info(
                    language,
                    List.of(Category.Met),
                    event,
                    responses,
                    Urgency.Immediate,
                    Severity.Severe,
                    Certainty.Observed,
                    null,
                    List.of(),
                    null,
                    null,
                    SENT.plusHours(6),
                    source,
                    headline,
                    description,
                    instruction,
                    web,
                    null,
                    List.of(),
                    resources,
                    areas);
        }
    }
}
