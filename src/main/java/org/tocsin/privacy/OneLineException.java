package org.tocsin.privacy;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** {@code %ex} on the line of its event: frames follow each other behind a bar, messages are escaped. */
public final class OneLineException extends ThrowableProxyConverter {

    @Override
    public String convert(ILoggingEvent event) {
        String trace = super.convert(event);
        if (trace.isEmpty()) {
            return "";
        }
        StringBuilder line = new StringBuilder(trace.length());
        trace.lines().map(String::strip).filter(l -> !l.isEmpty()).forEach(l -> line.append(" | ")
                .append(OneLineMessage.escape(l)));
        return line.toString();
    }
}
