package org.tocsin.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory of generated people with WhatsApp and e-mail, so that no SMS provider is in the way. */
final class People {
    /** Everybody. */
    static final String GROUP = "bench";
    /** One of them. */
    static final String SINGLE = "bench-one";

    /** The ranges that ARCEP keeps for fiction, 10,000 numbers each: nobody has them. For more people, see below. */
    private static final String[] RANGES = {"+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998"};

    private static final int FICTIONAL = RANGES.length * 10_000;

    private People() {}

    static Path write(Path file, int people) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("id,name,language,phone,email,groups,lat,lon,opt_in\n");
            for (int i = 0; i < people; i++) {
                out.write("b%05d,Bench %05d,%s,%s,b%05d@people.example.org,%s,,,whatsapp;email%n"
                        .formatted(i, i, language(i), phone(i), i, i == 0 ? GROUP + ";" + SINGLE : GROUP));
            }
        }
        return file;
    }

    static String language(int person) {
        return person % 2 == 0 ? "en" : "fr";
    }

    /** Beyond the fictional ones: area codes of North America that begin with 0, which no number has or can get. */
    static String phone(int person) {
        return person < FICTIONAL
                ? RANGES[person % RANGES.length] + "%04d".formatted(person / RANGES.length)
                : "+10%09d".formatted(person);
    }
}
