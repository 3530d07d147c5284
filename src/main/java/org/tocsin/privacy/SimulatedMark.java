package org.tocsin.privacy;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** Says in each line that nothing left this machine, when {@code tocsin.demo} is on. */
public final class SimulatedMark extends ClassicConverter {

    @Override
    public String convert(ILoggingEvent event) {
        return "true".equalsIgnoreCase(getContext().getProperty("simulated")) ? "[SIMULATED] " : "";
    }
}
