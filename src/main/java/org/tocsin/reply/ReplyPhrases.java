package org.tocsin.reply;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.Answer;

/**
 * The phrases of all languages together, since nobody knows in which one a person answers. A phrase with two meanings
 * stops the start.
 *
 * @param byPhrase what a whole message means; the key is its words, joined by blanks
 * @param anywhere calls for help that count inside a longer text too, as words
 * @param decoration symbols that add nothing to words: 🙏
 */
record ReplyPhrases(Map<String, Reply> byPhrase, List<List<String>> anywhere, Set<String> decoration) {
    private static final String ANYWHERE = "need-help-anywhere";
    private static final String DECORATION = "decoration";
    private static final Map<String, Reply> MEANINGS = Map.of(
            "acknowledged",
            new Reply.Answered(Answer.ACKNOWLEDGED, null),
            "safe",
            new Reply.Answered(Answer.SAFE, null),
            "need-help",
            new Reply.Answered(Answer.NEED_HELP, null),
            ANYWHERE,
            new Reply.Answered(Answer.NEED_HELP, null),
            "unavailable",
            new Reply.Answered(Answer.UNAVAILABLE, null),
            "on-my-way",
            new Reply.Answered(Answer.ON_MY_WAY, null),
            "wrong-number",
            new Reply.WrongNumber(),
            "stop",
            new Reply.Stop(),
            "start",
            new Reply.Start());

    static ReplyPhrases load(String resource) {
        try (InputStream in = ReplyPhrases.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing from the class path");
            }
            return of(resource, new ObjectMapper(new YAMLFactory()).readValue(in, new TypeReference<>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " cannot be read", e);
        }
    }

    /** @param languages language → meaning → phrases */
    static ReplyPhrases of(String name, Map<String, Map<String, List<String>>> languages) {
        Map<String, Reply> byPhrase = new HashMap<>();
        Set<List<String>> anywhere = new HashSet<>();
        Set<String> decoration = new HashSet<>();
        languages.forEach((language, meanings) -> meanings.forEach((meaning, phrases) -> {
            for (String phrase : phrases) {
                List<String> words = ReplyWords.of(phrase);
                String where = name + ", " + language + ", " + meaning + ": '" + phrase + "'";
                if (words.isEmpty()) {
                    throw new IllegalStateException(where + " has no words");
                }
                if (meaning.equals(DECORATION)) {
                    decoration.addAll(words);
                    continue;
                }
                Reply reply = MEANINGS.get(meaning);
                if (reply == null) {
                    throw new IllegalStateException(where + ": the meaning is none of " + MEANINGS.keySet());
                }
                Reply before = byPhrase.put(String.join(" ", words), reply);
                if (before != null && !before.equals(reply)) {
                    throw new IllegalStateException(where + " has another meaning already: " + before);
                }
                if (meaning.equals(ANYWHERE)) {
                    anywhere.add(words);
                }
            }
        }));
        return new ReplyPhrases(Map.copyOf(byPhrase), List.copyOf(anywhere), Set.copyOf(decoration));
    }

    @Nullable
    Reply whole(List<String> words) {
        return byPhrase.get(String.join(" ", words));
    }

    List<String> undecorated(List<String> words) {
        return words.stream().filter(word -> !decoration.contains(word)).toList();
    }

    boolean callsForHelp(List<String> words) {
        for (List<String> call : anywhere) {
            if (java.util.Collections.indexOfSubList(words, call) >= 0) {
                return true;
            }
        }
        return false;
    }
}
