package org.tocsin.delivery;

import java.nio.charset.StandardCharsets;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.tocsin.privacy.AddressCipher;

/** Keeps what providers tell us, encrypted, before they get their answer. {@code InboxReader} applies it. */
@Component
public class Inbox {
    private final JdbcTemplate jdbc;
    private final AddressCipher cipher;
    private final Wakeups wakeups;

    Inbox(JdbcTemplate jdbc, AddressCipher cipher, Wakeups wakeups) {
        this.jdbc = jdbc;
        this.cipher = cipher;
        this.wakeups = wakeups;
    }

    /**
     * Returns after the commit. ISO-8859-1 keeps every byte as it came.
     *
     * @param fromPeople it holds only what people wrote: no receipt and no tapped answer waits behind it
     */
    public void store(String source, byte[] body, boolean fromPeople) {
        byte[] sealed = cipher.encrypt(new String(body, StandardCharsets.ISO_8859_1));
        jdbc.update("insert into inbox (source, body_enc, from_people) values (?, ?, ?)", source, sealed, fromPeople);
        wakeups.signal(fromPeople ? Wakeups.PEOPLE : Wakeups.INBOX);
    }
}
