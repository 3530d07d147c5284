package org.tocsin.routing;

import jakarta.mail.Folder;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.event.MessageCountAdapter;
import jakarta.mail.event.MessageCountEvent;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.component.mail.MailConfiguration;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.IMAPStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tocsin.intake.mail.MailInSettings;

/**
 * Hears of new mails at once (IMAP IDLE, RFC 2177), on a connection of its own that only looks: camel-mail 4.17 polls. It
 * makes things quick and nothing safe: what it misses, the next poll finds. A line on which the server says nothing for
 * {@code tocsin.mail-in.idle-ms} is taken for dead and made anew.
 */
final class MailIdle {
    private static final Logger log = LoggerFactory.getLogger(MailIdle.class);
    private static final long FIRST_PAUSE_MILLIS = 1_000;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;

    private final String name;
    private final MailConfiguration configuration;
    private final MailInSettings settings;
    private final Runnable news;
    private volatile @Nullable Thread thread;
    private volatile @Nullable IMAPStore store;
    private int failures;

    /** @param news called on a thread of its own, often for nothing */
    MailIdle(String name, MailConfiguration configuration, MailInSettings settings, Runnable news) {
        this.name = name;
        this.configuration = configuration;
        this.settings = settings;
        this.news = news;
    }

    void start() {
        Thread listener = new Thread(this::listen, name + "-idle");
        listener.setDaemon(true);
        thread = listener;
        listener.start();
    }

    void stop() {
        Thread listener = thread;
        thread = null;
        IMAPStore open = store;
        if (listener != null) {
            LockSupport.unpark(listener);
        }
        if (open != null) {
            // A dead server lets nobody close: then the listener ends with its time-out.
            Thread closer = new Thread(() -> close(open), name + "-close");
            closer.setDaemon(true);
            closer.start();
        }
    }

    private boolean goesOn() {
        return Thread.currentThread() == thread;
    }

    private void listen() {
        while (goesOn()) {
            try {
                IMAPStore fresh = connect();
                store = fresh;
                if (!fresh.hasCapability("IDLE")) {
                    log.info(
                            "{}: the server has no IDLE; the mailbox is looked at each {} ms", name, settings.pollMs());
                    close(fresh);
                    return;
                }
                listen((IMAPFolder) fresh.getFolder(configuration.getFolderName()));
            } catch (MessagingException | RuntimeException e) {
                failures++;
                log.debug("the failure in full", e);
            }
            IMAPStore old = store;
            store = null;
            if (old != null) {
                close(old);
            }
            pause();
        }
    }

    private void listen(IMAPFolder folder) throws MessagingException {
        folder.open(Folder.READ_ONLY);
        folder.addMessageCountListener(new MessageCountAdapter() {
            @Override
            public void messagesAdded(MessageCountEvent event) {
                news.run();
            }
        });
        failures = 0;
        news.run(); // whatever came while nobody listened
        while (goesOn() && folder.isOpen()) {
            folder.idle();
        }
    }

    private IMAPStore connect() throws MessagingException {
        Properties properties = new Properties();
        if (configuration.getAdditionalJavaMailProperties() != null) {
            properties.putAll(configuration.getAdditionalJavaMailProperties());
        }
        String protocol = configuration.getProtocol();
        properties.put("mail." + protocol + ".connectiontimeout", String.valueOf(settings.timeoutMs()));
        properties.put("mail." + protocol + ".timeout", String.valueOf(settings.idleMs()));
        PasswordAuthentication account = configuration.getPasswordAuthentication();
        IMAPStore fresh = (IMAPStore) Session.getInstance(properties).getStore(protocol);
        fresh.connect(configuration.getHost(), configuration.getPort(), account.getUserName(), account.getPassword());
        return fresh;
    }

    private void pause() {
        long millis = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures, 6));
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(failures == 0 ? 100 : millis);
        while (goesOn() && until - System.nanoTime() > 0) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }

    private static void close(IMAPStore store) {
        try {
            store.close();
        } catch (MessagingException | RuntimeException e) {
            log.debug("closing failed", e);
        }
    }
}
