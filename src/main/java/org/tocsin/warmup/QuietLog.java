package org.tocsin.warmup;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** Keeps the threads of one group, and of those within it, out of the log: what is practised is no news. */
final class QuietLog extends TurboFilter implements AutoCloseable {
    private final ThreadGroup group;

    private QuietLog(ThreadGroup group) {
        this.group = group;
    }

    static QuietLog of(ThreadGroup group) {
        QuietLog filter = new QuietLog(group);
        context().addTurboFilter(filter);
        filter.start();
        return filter;
    }

    @Override
    public FilterReply decide(
            Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        return group.parentOf(Thread.currentThread().getThreadGroup()) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    @Override
    public void close() {
        context().getTurboFilterList().remove(this);
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
